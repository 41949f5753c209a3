import { must, mustBeWhole } from '../core/check.ts';
import type { DetectorFactory } from './detector.ts';
import { AdaptiveWindow, type AdwinOptions } from './parts/adaptive-window.ts';
import { mustBeTaken } from './parts/verdict.ts';

/**
 * ADWIN: a window of all values since the last change, kept as buckets of 2^k values. It is cut wherever two parts have means
 * that differ by more than ε = √(2·m·σ²·ln(2 ln W/δ)) + ⅔·m·ln(2 ln W/δ), with m = 1/(n₀ − least + 1) + 1/(n₁ − least + 1).
 *
 * @see Bifet and Gavaldà 2007, Learning from time-changing data with adaptive windowing; River 0.26 ADWIN
 * @throws {RangeError} when an option is out of its range
 */
export function adwin(options: AdwinOptions = {}): DetectorFactory {
  const { delta = 0.002, clock = 32, buckets = 5, least = 5, grace = 10 } = options;
  must(delta > 0 && delta <= 1, 'delta of adwin', 'above 0 and at most 1', delta);
  mustBeWhole(clock, 'clock of adwin', 1, 'values');
  mustBeWhole(buckets, 'buckets of adwin', 2);
  mustBeWhole(least, 'least of adwin', 1, 'values');
  mustBeWhole(grace, 'grace of adwin', 0, 'values');
  return {
    name: 'adwin',
    takes: 'numbers',
    make() {
      const window = new AdaptiveWindow({ delta, clock, buckets, least, grace });
      return {
        name: 'adwin',
        update(value) {
          mustBeTaken(value, 'numbers', 'adwin');
          return window.update(value) ? 'drift' : 'stable';
        },
        state: () => window.state(),
        restore: (state) => window.restore(state),
      };
    },
  };
}
