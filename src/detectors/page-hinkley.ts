import { must, mustBeWhole } from '../core/check.ts';
import { arrays } from '../core/state.ts';
import type { DetectorFactory } from './detector.ts';
import { addTo } from './parts/running-mean.ts';
import { mustBeTaken } from './parts/verdict.ts';

export interface PageHinkleyOptions {
  /** values before the first detection is possible; left out, 30 */
  readonly least?: number;
  /** change of the mean that is allowed, in units of the values; left out, 0.005 */
  readonly delta?: number;
  /** λ, what the sum of deviations has to exceed; left out, 50 */
  readonly threshold?: number;
  /** α, by which the sums fade with each value, 0 to 1; left out, 0.9999 */
  readonly fading?: number;
  /** which changes of the mean count; left out, both */
  readonly mode?: 'up' | 'down' | 'both';
}

/** where things lie */
const [count, mean, up, down, leastUp, mostDown, drifted] = [0, 1, 2, 3, 4, 5, 6];

/**
 * Page-Hinkley: with d = x − mean, x in the mean, the sums U ← α·U + d − δ and D ← α·D + d + δ; drift when U has risen by more
 * than λ over its least value, or D has fallen by more than λ below its greatest.
 *
 * @see Page 1954, Continuous inspection schemes; River 0.26 PageHinkley
 * @throws {RangeError} when an option is out of its range
 */
export function pageHinkley(options: PageHinkleyOptions = {}): DetectorFactory {
  const { least = 30, delta = 0.005, threshold = 50, fading = 1 - 0.0001, mode = 'both' } = options;
  mustBeWhole(least, 'least of pageHinkley', 1, 'values');
  for (const [name, value] of Object.entries({ delta, threshold }))
    must(Number.isFinite(value), `${name} of pageHinkley`, 'a finite number', value);
  must(fading >= 0 && fading <= 1, 'fading of pageHinkley', 'between 0 and 1', fading);
  return {
    name: 'pageHinkley',
    takes: 'numbers',
    make() {
      const n = new Float64Array(7);
      const begin = (): void => n.set([0, 0, 0, 0, Number.POSITIVE_INFINITY, -1, 0]);
      begin();
      return {
        name: 'pageHinkley',
        update(value) {
          mustBeTaken(value, 'numbers', 'pageHinkley');
          if (n[drifted] === 1) begin();
          addTo(n, count, value);
          const deviation = value - n[mean];
          n[up] = fading * n[up] + deviation - delta;
          n[down] = fading * n[down] + deviation + delta;
          if (n[up] < n[leastUp]) n[leastUp] = n[up];
          if (n[down] > n[mostDown]) n[mostDown] = n[down];
          if (n[count] < least) return 'stable';
          const rose = mode !== 'down' && n[up] - n[leastUp] > threshold;
          const fell = mode !== 'up' && n[mostDown] - n[down] > threshold;
          n[drifted] = rose || fell ? 1 : 0;
          return rose || fell ? 'drift' : 'stable';
        },
        ...arrays({ numbers: n }),
      };
    },
  };
}
