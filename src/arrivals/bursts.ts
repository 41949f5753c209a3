import { must, mustBePositive } from '../core/check.ts';
import type { Arrivals } from './arrival.ts';

export interface BurstsOptions {
  /** how many times as often they come in a burst as between bursts, above 1; left out, 5 */
  readonly ratio?: number | undefined;
  /** share of the time that is burst, above 0 and below 1; left out, 0.1 */
  readonly share?: number | undefined;
  /** mean nanoseconds of a burst, above 0; left out, 200 ms */
  readonly lasts?: number | undefined;
}

/**
 * Bursts: a Poisson process that switches between two rates after exponential times, the Markov-modulated Poisson
 * process of two states (MMPP-2).
 *
 * @param rate  per second in the long run, above 0
 * @throws {RangeError} when a value is out of its range
 */
export function bursts(
  rate: number,
  { ratio = 5, share = 0.1, lasts = 200e6 }: BurstsOptions = {},
): Arrivals {
  mustBePositive(rate, 'rate of bursts arrivals (per second)');
  must(ratio > 1 && Number.isFinite(ratio), 'ratio of bursts', 'a finite number above 1', ratio);
  must(share > 0 && share < 1, 'share of bursts', 'above 0 and below 1', share);
  mustBePositive(lasts, 'lasts of bursts (nanoseconds)');
  const low = rate / (1 - share + share * ratio);
  const rates = [low, low * ratio];
  const sojourns = [(lasts * (1 - share)) / share, lasts];
  return {
    name: 'bursts',
    rate,
    gaps(random) {
      let state = random.uniform() < share ? 1 : 0;
      let left = -sojourns[state] * Math.log(1 - random.uniform());
      return () => {
        let gap = 0;
        for (;;) {
          const next = (-1e9 / rates[state]) * Math.log(1 - random.uniform());
          if (next <= left) {
            left -= next;
            return gap + next;
          }
          // a Poisson process forgets: what would have come after the switch is drawn anew
          gap += left;
          state = 1 - state;
          left = -sojourns[state] * Math.log(1 - random.uniform());
        }
      };
    },
  };
}
