import { must, mustBePositive } from '../core/check.ts';
import type { Arrivals } from './arrival.ts';

export interface DailyOptions {
  /** by which share of the mean the rate rises and falls, 0 to 1; left out, 0.8 */
  readonly swing?: number | undefined;
  /** nanoseconds of a day, above 0; left out, 24 h */
  readonly period?: number | undefined;
}

/**
 * A Poisson process whose rate follows the hours: λ(t) = rate · (1 − swing · cos(2πt / period)), lowest when it begins.
 *
 * @param rate  per second, the mean of a day, above 0
 * @throws {RangeError} when a value is out of its range
 */
export function daily(rate: number, { swing = 0.8, period = 24 * 3.6e12 }: DailyOptions = {}): Arrivals {
  mustBePositive(rate, 'rate of daily arrivals (per second)');
  must(swing >= 0 && swing <= 1, 'swing of daily arrivals', 'between 0 and 1', swing);
  mustBePositive(period, 'period of daily arrivals (nanoseconds)');
  const most = rate * (1 + swing);
  return {
    name: 'daily',
    rate,
    gaps(random) {
      let time = 0;
      return () => {
        const before = time;
        for (;;) {
          // thinning: candidates at the highest rate, each kept with the share that its hour has of it
          time += (-1e9 / most) * Math.log(1 - random.uniform());
          const kept = (1 - swing * Math.cos((2 * Math.PI * time) / period)) / (1 + swing);
          if (random.uniform() < kept) return time - before;
        }
      };
    },
  };
}
