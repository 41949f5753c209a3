import { must, mustBeShare, mustBeWhole } from '../core/check.ts';
import { arrays } from '../core/state.ts';
import type { DetectorFactory } from './detector.ts';
import { addTo } from './parts/running-mean.ts';
import { mustBeTaken } from './parts/verdict.ts';

export interface EddmOptions {
  /** values, and errors, before a warning or a drift is possible; left out, 30 */
  readonly warmUp?: number;
  /** share of the greatest distance below which it warns, and finds a drift; left out, 0.95 and 0.9 */
  readonly warning?: number;
  readonly drift?: number;
}

/** where things lie: errors, mean and squares of their distances, values, place of the last error, greatest mean + 2 s, the verdict */
const [errors, mean, squares, count, lastError, greatest, warned, drifted] = [0, 1, 2, 3, 4, 5, 6, 7];

/**
 * EDDM: of the distances between errors the mean p′ and the sample standard deviation s′; with v = p′ + 2 s′ and its greatest
 * value so far, a drift where v / v_max < 0.9, a warning where it is < 0.95. Between errors a warning stays.
 *
 * @see Baena-García et al. 2006, Early drift detection method; River 0.26 EDDM
 * @throws {RangeError} when an option is out of its range
 */
export function eddm({ warmUp = 30, warning = 0.95, drift = 0.9 }: EddmOptions = {}): DetectorFactory {
  mustBeWhole(warmUp, 'warmUp of eddm', 0, 'values');
  mustBeShare(warning, 'warning of eddm');
  mustBeShare(drift, 'drift of eddm');
  must(drift <= warning, 'drift of eddm', `at most warning, ${warning}`, drift);
  return {
    name: 'eddm',
    takes: 'bits',
    make() {
      const n = new Float64Array(8);
      const begin = (): void => n.set([0, 0, 0, 0, 0, -1, 0, 0]);
      begin();
      const judge = (): void => {
        const variance = n[errors] > 1 ? n[squares] / (n[errors] - 1) : 0;
        const distance = n[mean] + 2 * Math.sqrt(variance);
        if (distance > n[greatest]) n[greatest] = distance;
        else if (n[errors] > warmUp) {
          const level = distance / n[greatest];
          if (level < drift) n[drifted] = 1;
          else n[warned] = level < warning ? 1 : 0;
        }
      };
      return {
        name: 'eddm',
        update(value) {
          mustBeTaken(value, 'bits', 'eddm');
          if (n[drifted] === 1) begin();
          n[count]++;
          if (value === 1) {
            const distance = n[count] - n[lastError];
            const before = n[mean];
            addTo(n, errors, distance);
            n[squares] += (distance - before) * (distance - n[mean]);
            if (n[count] > warmUp) judge();
            n[lastError] = n[count];
          }
          return n[drifted] === 1 ? 'drift' : n[warned] === 1 ? 'warning' : 'stable';
        },
        ...arrays({ numbers: n }),
      };
    },
  };
}
