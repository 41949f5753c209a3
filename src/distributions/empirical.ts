import { must } from '../core/check.ts';
import type { Distribution } from './distribution.ts';

/**
 * What was measured: each of the values is as likely as the others.
 *
 * @param values  1 or more, each a finite number, 0 or more
 * @param scale   what each is multiplied by; `1 / mean` makes stretches of them
 * @throws {RangeError} when there is no value, or one or the scale is out of range
 */
export function empirical(values: readonly number[], scale = 1): Distribution {
  must(values.length > 0, 'values of an empirical distribution', 'one or more', values.length);
  const wrong = values.find((value) => !(Number.isFinite(value) && value >= 0));
  must(wrong === undefined, 'a value of an empirical distribution', 'a finite number, 0 or more', wrong);
  must(
    Number.isFinite(scale) && scale >= 0,
    'scale of an empirical distribution',
    'a finite number, 0 or more',
    scale,
  );
  const scaled = Float64Array.from(values, (value) => value * scale);
  const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length;
  const variance = scaled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / scaled.length;
  return {
    name: 'empirical',
    mean,
    cv: mean === 0 ? 0 : Math.sqrt(variance) / mean,
    sampler: (random) => () => scaled[random.whole(scaled.length)],
  };
}
