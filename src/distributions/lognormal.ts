import { must } from '../core/check.ts';
import type { Distribution } from './distribution.ts';

/**
 * A product of many small factors: ln X is normal with variance σ² = ln(1 + cv²) and mean ln(mean) − σ² / 2.
 *
 * @param cv  standard deviation / mean, ≥ 0
 * @throws {RangeError} when cv is negative or mean is not above 0
 */
export function lognormal(cv: number, mean = 1): Distribution {
  must(Number.isFinite(cv) && cv >= 0, 'cv of a lognormal', 'a finite number, 0 or more', cv);
  must(Number.isFinite(mean) && mean > 0, 'mean of a lognormal', 'a finite number above 0', mean);
  const variance = Math.log(1 + cv * cv);
  const sigma = Math.sqrt(variance);
  const centre = Math.log(mean) - variance / 2;
  return {
    name: 'lognormal',
    mean,
    cv,
    sampler: (random) => () => Math.exp(centre + sigma * random.normal()),
  };
}
