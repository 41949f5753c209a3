import { must } from '../core/check.ts';
import type { Distribution } from './distribution.ts';

/**
 * Without memory: P(X > x) = exp(−x / mean), cv = 1.
 *
 * @throws {RangeError} when mean is not a finite number above 0
 */
export function exponential(mean: number): Distribution {
  must(Number.isFinite(mean) && mean > 0, 'mean of an exponential', 'a finite number above 0', mean);
  return {
    name: 'exponential',
    mean,
    cv: 1,
    sampler: (random) => () => -mean * Math.log(1 - random.uniform()),
  };
}
