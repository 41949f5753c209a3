import { must, mustBeWhole } from '../core/check.ts';
import type { Random } from '../core/random.ts';
import type { SampleStream } from '../data/endless.ts';
import { type Centroid, cloudSample } from './parts/clouds.ts';
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
  return generated({
    ...{ name: speed > 0 ? 'rbf that drifts' : 'rbf', width: features, classes },
    sample: cloudSample(all, { speed, drifting }),
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
