import { mustBeWhole } from '../../core/check.ts';
import type { SampleStream } from '../../data/endless.ts';

/** A cloud of samples of one class. */
export interface Centroid {
  /** [features] */
  readonly centre: Float64Array;
  readonly label: number;
  /** standard deviation of the distance, in [0, 1) */
  readonly deviation: number;
  /** relative frequency, in [0, 1) */
  readonly weight: number;
  /** unit vector [features] */
  readonly direction: Float64Array;
}

/**
 * Samples around centroids, which move before each of them.
 *
 * @param speed     what a centroid goes with each sample
 * @param drifting  how many centroids move, the first ones
 */
export function cloudSample(
  all: readonly Centroid[],
  { speed, drifting }: { readonly speed: number; readonly drifting: number },
): SampleStream['sample'] {
  const total = all.reduce((sum, { weight }) => sum + weight, 0);
  const step = new Float64Array(all[0].centre.length);
  return (index, random, into) => {
    mustBeWhole(index, 'index of a sample of rbf', 0);
    const k = drawn(all, random.uniform() * total);
    const { centre, direction, deviation, label } = all[k];
    let squares = 0;
    for (let j = 0; j < step.length; j++) {
      step[j] = 2 * random.uniform() - 1;
      squares += step[j] * step[j];
    }
    const scale = (random.normal() * deviation) / Math.sqrt(squares);
    const moves = k < drifting ? index + 1 : 0;
    for (let j = 0; j < step.length; j++)
      into[j] = moved(centre[j], speed * direction[j], moves) + step[j] * scale;
    return label;
  };
}

/** Which centroid a number below the sum of weights falls to. */
function drawn(all: readonly Centroid[], value: number): number {
  let sum = 0;
  for (let k = 0; k < all.length; k++) {
    sum += all[k].weight;
    if (sum > value) return k;
  }
  return all.length - 1;
}

/**
 * Where a coordinate is after so many steps of one size: up until it would be above 1, where it is set on 1, down until below 0, and so on.
 *
 * @param start  in [0, 1)
 * @param by     0 or more
 */
export function moved(start: number, by: number, steps: number): number {
  if (by === 0) return start;
  const first = Math.floor((1 - start) / by) + 1;
  if (steps < first) return start + steps * by;
  // from wall to wall it takes the steps that are longer than 1 together
  const crossing = Math.floor(1 / by) + 1;
  const since = steps - first;
  const off = (since % crossing) * by;
  return Math.floor(since / crossing) % 2 === 0 ? 1 - off : off;
}
