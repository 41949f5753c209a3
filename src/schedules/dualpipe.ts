import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { backpropOrder, bothWays, type Schedule, type SchedulePlan, type Step, step } from './schedule.ts';

/**
 * Two directions at once, with B and W apart where the pipeline fills and drains. A device near the end of one direction is
 * near the beginning of the other, so each has a short way and a long way; forwards of one meet backwards of the other.
 *
 * @see DeepSeek-AI 2024, DeepSeek-V3 Technical Report, section 3.2.1
 */
export function dualpipe(): SchedulePlan {
  return plan(import.meta.url, 'dualpipe');
}
dualpipe.takes = {};

export function create(): Schedule {
  return {
    name: 'dualpipe',
    ...backpropOrder,
    sendsGradientAfter: 'B',
    updates: 'flush',
    layout: bothWays,
    mustSuit(devices, microbatches) {
      must(devices % 2 === 0, 'devices of dualpipe', 'an even number', devices);
      must(
        microbatches % 2 === 0 && microbatches >= 2 * devices,
        'microbatches of dualpipe',
        `an even number, ${2 * devices} or more (twice the devices)`,
        microbatches,
      );
    },
    *order({ device, devices, microbatches }): Generator<Step> {
      const half = devices / 2;
      const mirrored = device >= half;
      /** devices between this one and the nearer end */
      const from = mirrored ? devices - 1 - device : device;
      const inner = half - from - 1;
      // the way that begins at the nearer end is near; chunk 0 runs upwards
      const [near, far] = mirrored ? [1, 0] : [0, 1];
      const owed: number[] = [];
      const backward = function* (chunk: number, putOff: boolean): Generator<Step> {
        yield step('B', chunk, !putOff);
        if (putOff) owed.push(chunk);
        else yield step('W', chunk);
      };
      const pay = function* (): Generator<Step> {
        const chunk = owed.shift();
        if (chunk !== undefined) yield step('W', chunk);
      };
      for (let i = 0; i < 2 * inner; i++) yield step('F', near);
      for (let i = 0; i < from + 1; i++) {
        yield step('F', near);
        yield step('F', far);
      }
      for (let i = 0; i < inner; i++) {
        yield* backward(far, true);
        yield* pay();
        yield step('F', far);
      }
      for (let i = 0; i < microbatches / 2 - devices + from + 1; i++) {
        yield step('F', near);
        yield* backward(far, false);
        yield step('F', far);
        yield* backward(near, false);
      }
      for (let i = 0; i < inner; i++) {
        yield* backward(far, false);
        yield step('F', far);
        yield* backward(near, false);
      }
      // in the second half of what is left, W is put off to fill the gaps of the drain
      const middle = Math.floor((from + 1) / 2);
      for (let i = 0; i < from + 1; i++) {
        yield* backward(far, i > middle || (i === middle && from % 2 === 1));
        yield* backward(near, i >= middle);
      }
      for (let i = 0; i < inner; i++) {
        yield* pay();
        yield* backward(near, true);
      }
      while (owed.length > 0) yield* pay();
      for (const chunk of [0, 1]) yield step('U', chunk);
    },
  };
}
