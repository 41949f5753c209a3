import { must } from '../core/check.ts';
import type { Distribution } from './distribution.ts';

/**
 * Another distribution, so many times as long: its cv stays.
 *
 * @throws {RangeError} when factor is negative or not finite
 */
export function scaled(distribution: Distribution, factor: number): Distribution {
  must(
    Number.isFinite(factor) && factor >= 0,
    'factor of a distribution',
    'a finite number, 0 or more',
    factor,
  );
  if (factor === 1) return distribution;
  return {
    name: distribution.name,
    mean: factor * distribution.mean,
    cv: factor === 0 ? 0 : distribution.cv,
    sampler: (random) => {
      const draw = distribution.sampler(random);
      return () => factor * draw();
    },
  };
}
