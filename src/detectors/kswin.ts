import { must, mustBeWhole } from '../core/check.ts';
import { arrays, joined } from '../core/state.ts';
import type { DetectorFactory } from './detector.ts';
import { MersenneTwister } from './parts/mersenne-twister.ts';
import { greatestDistance, smirnovProbability } from './parts/smirnov.ts';
import { mustBeTaken } from './parts/verdict.ts';

export interface KswinOptions {
  /** probability at or below which the two samples differ, 0 to 1; left out, 0.005 */
  readonly alpha?: number;
  /** values of the window; left out, 100 */
  readonly window?: number;
  /** values of each sample, at most half of the window; left out, 30 */
  readonly recent?: number;
  /** of the sample that is drawn of the older values, a whole number; left out, 1 */
  readonly seed?: number;
}

/**
 * KSWIN: the newest values of a sliding window against as many drawn at random from the older ones, by the two-sample test of
 * Kolmogorov and Smirnov with its exact probability; a drift where p ≤ α and the distance is above 0.1.
 *
 * @see Raab et al. 2020, Reactive soft prototype computing for concept drift streams; River 0.26 KSWIN
 * @throws {RangeError} when an option is out of its range
 */
export function kswin({
  alpha = 0.005,
  window = 100,
  recent = 30,
  seed = 1,
}: KswinOptions = {}): DetectorFactory {
  must(alpha >= 0 && alpha <= 1, 'alpha of kswin', 'between 0 and 1', alpha);
  mustBeWhole(window, 'window of kswin', 2, 'values');
  mustBeWhole(recent, 'recent of kswin', 1, 'values');
  must(2 * recent <= window, 'recent of kswin', `at most half of the window, ${window / 2}`, recent);
  must(recent <= 10_000, 'recent of kswin', 'at most 10000, for the exact test', recent);
  mustBeWhole(seed, 'seed of kswin', 0);
  const differs = Uint8Array.from({ length: recent + 1 }, (_, steps) =>
    smirnovProbability(recent, steps) <= alpha && steps / recent > 0.1 ? 1 : 0,
  );
  return {
    name: 'kswin',
    takes: 'numbers',
    make() {
      const values = new Float64Array(window);
      /** values seen since it began, and whether the last verdict was a drift */
      const n = new Float64Array(2);
      const random = new MersenneTwister(seed);
      const drawn = new Uint32Array(recent);
      const [old, fresh] = [new Float64Array(recent), new Float64Array(recent)];
      const begin = (): void => {
        n.fill(0);
        random.seed(seed);
      };
      const { state, restore } = joined({ window: arrays({ values, numbers: n }), random });
      return {
        name: 'kswin',
        update(value) {
          mustBeTaken(value, 'numbers', 'kswin');
          if (n[1] === 1) begin();
          values[n[0]++ % window] = value;
          if (n[0] < window) return 'stable';
          random.sample(window - recent, recent, drawn);
          const oldest = n[0] % window;
          for (let i = 0; i < recent; i++) {
            old[i] = values[(oldest + drawn[i]) % window];
            fresh[i] = values[(oldest + window - recent + i) % window];
          }
          n[1] = differs[greatestDistance(old.sort(), fresh.sort())];
          return n[1] === 1 ? 'drift' : 'stable';
        },
        state,
        restore,
      };
    },
  };
}
