import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { backpropOrder, bothWays, type Schedule, type SchedulePlan, type Step, step } from './schedule.ts';

/**
 * Two pipelines over the same devices, one in each direction, so that one fills while the other drains. Each device keeps
 * two stages, and two copies of the weights must agree at the update (their all-reduce is not timed).
 *
 * A unit is p microbatches, half of them each way; further units follow at once and fill the gaps of the one before.
 *
 * @see Li 2021, Chimera, section 3
 */
export function chimera(): SchedulePlan {
  return plan(import.meta.url, 'chimera');
}
chimera.takes = {};

export function create(): Schedule {
  return {
    name: 'chimera',
    ...backpropOrder,
    sendsGradientAfter: 'W',
    updates: 'flush',
    layout: bothWays,
    mustSuit(devices, microbatches) {
      must(devices % 2 === 0, 'devices of chimera', 'an even number', devices);
      must(
        microbatches % devices === 0,
        'microbatches of chimera',
        `a multiple of ${devices}, the devices`,
        microbatches,
      );
    },
    *order({ device, devices, microbatches }): Generator<Step> {
      // where F and B last one slot each, every op has a slot of its own; other costs keep the order of those slots
      let slots: { slot: number; op: 'F' | 'B'; chunk: number }[] = [];
      for (let unit = 0; unit < microbatches / devices; unit++) {
        for (let i = 0; i < devices / 2; i++) {
          const begins = 2 * devices * unit + 2 * i;
          for (const [chunk, stage] of [device, devices - 1 - device].entries()) {
            slots.push({ slot: begins + stage, op: 'F', chunk });
            slots.push({ slot: begins + 2 * devices - 1 - stage, op: 'B', chunk });
          }
        }
        slots.sort((a, b) => a.slot - b.slot);
        // what stands before the next unit's first slot can't move any more
        const last = unit + 1 >= microbatches / devices;
        const next = last ? Number.POSITIVE_INFINITY : 2 * devices * (unit + 1);
        for (const { slot, op, chunk } of slots) {
          if (slot >= next) break;
          yield step(op, chunk);
          if (op === 'B') yield step('W', chunk);
        }
        slots = slots.filter(({ slot }) => slot >= next);
      }
      for (const chunk of [0, 1]) yield step('U', chunk);
    },
  };
}
