import { must, mustBePositive } from '../core/check.ts';
import type { Arrivals } from './arrival.ts';

export interface OnOffOptions {
  /** mean nanoseconds of a time in which they come, exponential, above 0; left out, 200 ms */
  readonly on?: number | undefined;
  /** mean nanoseconds of a time in which none comes, Pareto, above 0; left out, 800 ms */
  readonly off?: number | undefined;
  /** of the Pareto distribution, above 1; 2 or less: its variance is infinite. Left out, 1.5 */
  readonly shape?: number | undefined;
}

/**
 * Times in which arrivals come as a Poisson process, and times in which none comes, whose lengths have a heavy tail.
 *
 * @param rate  per second in the long run, above 0
 * @throws {RangeError} when a value is out of its range
 */
export function onOff(rate: number, { on = 200e6, off = 800e6, shape = 1.5 }: OnOffOptions = {}): Arrivals {
  mustBePositive(rate, 'rate of on-off arrivals (per second)');
  mustBePositive(on, 'on of on-off arrivals (nanoseconds)');
  mustBePositive(off, 'off of on-off arrivals (nanoseconds)');
  must(shape > 1 && Number.isFinite(shape), 'shape of on-off arrivals', 'a finite number above 1', shape);
  const mean = (1e9 * on) / (rate * (on + off));
  const least = (off * (shape - 1)) / shape;
  return {
    name: 'on-off',
    rate,
    gaps(random) {
      let left = -on * Math.log(1 - random.uniform());
      return () => {
        let gap = 0;
        for (;;) {
          const next = -mean * Math.log(1 - random.uniform());
          if (next <= left) {
            left -= next;
            return gap + next;
          }
          gap += left + least * (1 - random.uniform()) ** (-1 / shape);
          left = -on * Math.log(1 - random.uniform());
        }
      };
    },
  };
}
