import { must } from '../core/check.ts';
import type { Distribution } from './distribution.ts';

/**
 * The same each time.
 *
 * @throws {RangeError} when value is negative or not finite
 */
export function constant(value: number): Distribution {
  must(Number.isFinite(value) && value >= 0, 'a constant', 'a finite number, 0 or more', value);
  return { name: 'constant', mean: value, cv: 0, sampler: () => () => value };
}
