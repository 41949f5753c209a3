import { mustBePositive } from '../core/check.ts';
import type { Arrivals } from './arrival.ts';

/**
 * Arrivals at equal distances.
 *
 * @param rate  microbatches per second, above 0
 */
export function regular(rate: number): Arrivals {
  mustBePositive(rate, 'rate of regular arrivals (per second)');
  return { name: 'regular', rate, gaps: () => () => 1e9 / rate };
}
