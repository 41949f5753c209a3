import { mustBePositive } from '../core/check.ts';
import type { Arrivals } from './arrival.ts';

/**
 * Arrivals that know nothing of each other: gaps are exponential.
 *
 * @param rate  microbatches per second, above 0
 */
export function poisson(rate: number): Arrivals {
  mustBePositive(rate, 'rate of poisson arrivals (per second)');
  return {
    name: 'poisson',
    rate,
    gaps: (random) => () => (-1e9 / rate) * Math.log(1 - random.uniform()),
  };
}
