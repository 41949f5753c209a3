import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { type Path, type Schedule, type SchedulePlan, type Step, step } from './schedule.ts';

/**
 * Pipelined Forward-Forward, all layers on every device: chapter k is device k mod p's, which trains one layer after the
 * other, each once the device of chapter k − 1 has handed over that layer's weights. So chapters are the stages here, and
 * what flows through them is layers, as many as there are devices.
 *
 * @see Aktemur 2024, Going Forward-Forward in Distributed Deep Learning, algorithm 2
 */
export function pffAllLayers(): SchedulePlan {
  return plan(import.meta.url, 'pff-all-layers');
}
pffAllLayers.takes = {};

const chaptersAtMost = 2 ** 17;

export function create(): Schedule {
  return {
    name: 'pff-all-layers',
    serves: ['locally'],
    inFlight: Number.POSITIVE_INFINITY,
    returnsInputAfter: 'W',
    sendsGradientAfter: 'B',
    updates: 'microbatch',
    sendsActivityAfter: 'W',
    mustSuit(_devices, chapters) {
      must(
        chapters <= chaptersAtMost,
        'chapters of pff-all-layers',
        `at most ${chaptersAtMost.toLocaleString('en-US')}, for each is a stage of its own`,
        chapters,
      );
    },
    layout: (devices, chapters): readonly Path[] => [
      { devices: Array.from({ length: chapters }, (_, k) => k % devices), microbatches: devices, share: 1 },
    ],
    *order({ device, devices, microbatches: chapters }): Generator<Step> {
      for (let chapter = device, chunk = 0; chapter < chapters; chapter += devices, chunk++) {
        for (let layer = 0; layer < devices; layer++) {
          yield step('F', chunk);
          yield step('W', chunk);
          yield step('U', chunk);
        }
      }
    },
  };
}
