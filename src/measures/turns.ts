import { mustBeWhole } from '../core/check.ts';
import type { Measure } from './measure.ts';

/** How far its updates turned what a layer sends of the rows that they learned from, in degrees. */
export interface Turns {
  readonly layer: number;
  /** mean over the updates measured */
  readonly mean: number;
  /** the same of each part of the run; NaN where none was measured [parts] */
  readonly parts: readonly number[];
}

/**
 * What layers such as `forwardForwardAgain` measure of their updates, by layer.
 *
 * @param microbatches  those of the run, ≥ 1
 * @param parts         of equal length, into which the run is cut, ≥ 1
 */
export function turns(microbatches: number, parts = 5): Measure<readonly Turns[]> {
  mustBeWhole(microbatches, 'microbatches', 1);
  mustBeWhole(parts, 'parts', 1);
  const layers: { sums: Float64Array; counts: Float64Array }[] = [];
  return {
    add(event) {
      if (event.kind !== 'op' || event.op !== 'F' || event.purpose !== 'learn' || event.again) return;
      for (const { layer, positiveTurn, negativeTurn } of event.layers ?? []) {
        layers[layer] ??= { sums: new Float64Array(parts), counts: new Float64Array(parts) };
        const { sums, counts } = layers[layer];
        // it is told by the microbatch behind the update
        const part = Math.min(parts - 1, Math.floor((parts * (event.microbatch - 1)) / microbatches));
        for (const degrees of [positiveTurn, negativeTurn]) {
          if (degrees === undefined) continue;
          sums[part] += degrees;
          counts[part]++;
        }
      }
    },
    value: () =>
      layers.flatMap(({ sums, counts }, layer) => {
        const total = (all: Float64Array): number => all.reduce((a, b) => a + b, 0);
        if (total(counts) === 0) return [];
        return [
          { layer, mean: total(sums) / total(counts), parts: [...sums.map((sum, i) => sum / counts[i])] },
        ];
      }),
  };
}
