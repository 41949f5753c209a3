import type { Measure } from './measure.ts';
import { Learning } from './parts/learned.ts';

/** How old a stage's weights were when it predicted. */
export interface Staleness {
  /** microbatches */
  readonly mean: number;
  readonly max: number;
  readonly predictions: number;
}

/**
 * Staleness of each stage's weights at the moment of prediction: microbatches that had been sent in to be learned from before the
 * prediction was, and from which the weights that it used had not yet learned  [stages]
 *
 * With a label delay what waits for its label has not been sent in, and does not count.
 */
export function staleness(): Measure<readonly Staleness[]> {
  const learning = new Learning();
  const sentBefore = new Map<number, { readonly microbatches: number; left: number }>();
  const sums: { total: number; max: number; predictions: number }[] = [];
  let stages = 1;
  return {
    add(event) {
      learning.add(event);
      if (event.kind === 'start') stages = event.stages;
      else if (event.kind === 'arrival' && event.purpose !== 'learn' && event.of === undefined)
        sentBefore.set(event.microbatch, { microbatches: learning.microbatches, left: stages });
      else if (event.kind === 'op' && event.purpose !== 'learn' && !event.again) {
        const asked = sentBefore.get(event.microbatch);
        if (asked === undefined) return;
        const behind = Math.max(0, asked.microbatches - (learning.byStage[event.stage] ?? 0));
        sums[event.stage] ??= { total: 0, max: 0, predictions: 0 };
        const sum = sums[event.stage];
        sum.total += behind;
        sum.max = Math.max(sum.max, behind);
        sum.predictions++;
        if (--asked.left === 0) sentBefore.delete(event.microbatch);
      }
    },
    value: () =>
      Array.from({ length: stages }, (_, stage) => {
        const { total, max, predictions } = sums[stage] ?? { total: 0, max: 0, predictions: 0 };
        return { mean: predictions === 0 ? 0 : total / predictions, max, predictions };
      }),
  };
}
