import { must, mustBeWhole } from '../core/check.ts';
import type { Random } from '../core/random.ts';
import type { SampleStream } from '../data/endless.ts';
import { generated, type StreamOptions, worldOf } from './stream.ts';

export interface RandomRbfOptions extends StreamOptions {
  /** d, 1 or more; left out, 10 */
  readonly features?: number | undefined;
  /** left out, 2 */
  readonly classes?: number | undefined;
  /** left out, 50 */
  readonly centroids?: number | undefined;
  /** what a centroid that moves goes with each sample, 0 or more; typical are 0.0001 and 0.001; left out, 0 */
  readonly speed?: number | undefined;
  /** how many centroids move, the first ones; left out, all */
  readonly drifting?: number | undefined;
}

interface Centroid {
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
 * Clouds around random centres: a centroid is drawn by its weight, a direction at random, a distance by N(0, deviation²).
 *
 *     x = centre + r · v / |v|,   v uniform in [−1, 1)^d,   r = deviation · N(0, 1)
 *
 * Centres, deviations and weights are uniform in [0, 1). With `speed` the centres move before each sample along a unit vector, are set on
 * the wall of the unit cube where they cross it, and go back. As in River, directions are drawn by the numbers of the centres again: all parts
 * are 0 or more at first, and centroid 0 moves away from the origin. Where a centre is after i samples is a formula, not a pass.
 *
 * @throws {RangeError} when an option is out of range
 * @see Bifet and others 2009, New ensemble methods for evolving data streams; River 0.26 `synth.RandomRBF`, `synth.RandomRBFDrift`
 */
export function randomRbf({
  features = 10,
  classes = 2,
  centroids = 50,
  speed = 0,
  drifting = centroids,
  ...options
}: RandomRbfOptions = {}): SampleStream {
  mustBeWhole(features, 'features of rbf', 1);
  mustBeWhole(centroids, 'centroids of rbf', 1);
  mustBeWhole(drifting, 'drifting of rbf', 0, 'centroids');
  must(drifting <= centroids, 'drifting of rbf', `at most ${centroids}, its centroids`, drifting);
  must(Number.isFinite(speed) && speed >= 0, 'speed of rbf', 'a finite number, 0 or more', speed);
  const world = worldOf('rbf', options);
  const directions = directionsOf(world.fork('centroids'), centroids, features);
  const model = world.fork('centroids');
  const all = directions.map((direction): Centroid => {
    const centre = Float64Array.from({ length: features }, () => model.uniform());
    return {
      centre,
      label: model.whole(classes),
      deviation: model.uniform(),
      weight: model.uniform(),
      direction,
    };
  });
  const total = all.reduce((sum, { weight }) => sum + weight, 0);
  const step = new Float64Array(features);
  return generated({
    ...{ name: speed > 0 ? 'rbf that drifts' : 'rbf', width: features, classes },
    sample(index, random, into) {
      mustBeWhole(index, 'index of a sample of rbf', 0);
      const k = drawn(all, random.uniform() * total);
      const { centre, direction, deviation, label } = all[k];
      let length = 0;
      for (let j = 0; j < features; j++) {
        step[j] = 2 * random.uniform() - 1;
        length += step[j] * step[j];
      }
      const scale = (random.normal() * deviation) / Math.sqrt(length);
      const moves = k < drifting ? index + 1 : 0;
      for (let j = 0; j < features; j++)
        into[j] = moved(centre[j], speed * direction[j], moves) + step[j] * scale;
      return label;
    },
  });
}

/** Directions drawn by the same numbers as the centres. */
function directionsOf(random: Random, centroids: number, features: number): Float64Array[] {
  return Array.from({ length: centroids }, () => {
    const direction = Float64Array.from({ length: features }, () => random.uniform());
    const length = Math.hypot(...direction);
    return direction.map((part) => part / length);
  });
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
function moved(start: number, by: number, steps: number): number {
  if (by === 0) return start;
  const first = Math.floor((1 - start) / by) + 1;
  if (steps < first) return start + steps * by;
  // from wall to wall it takes the steps that are longer than 1 together
  const crossing = Math.floor(1 / by) + 1;
  const since = steps - first;
  const off = (since % crossing) * by;
  return Math.floor(since / crossing) % 2 === 0 ? 1 - off : off;
}
