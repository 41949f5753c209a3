import { mustBePositive, mustBeWhole } from '../core/check.ts';
import { arrays } from '../core/state.ts';
import type { DetectorFactory } from './detector.ts';
import { addTo } from './parts/running-mean.ts';
import { mustBeTaken } from './parts/verdict.ts';

export interface DdmOptions {
  /** values before anything is tracked; left out, 30 */
  readonly warmUp?: number;
  /** standard deviations above the best error that warn, and that are a drift; left out, 2 and 3 */
  readonly warning?: number;
  readonly drift?: number;
}

/** where things lie: values and their mean, the best p and s and their sum, whether the last verdict was a drift */
const [count, mean, bestP, bestS, best, drifted] = [0, 1, 2, 3, 4, 5];

/**
 * DDM: of the error rate p with s = √(p(1 − p)/n) the least p + s is kept; a warning where p + s > p_min + 2·s_min, a drift
 * where p + s > p_min + 3·s_min. It takes errors: 1 wrong, 0 right.
 *
 * @see Gama et al. 2004, Learning with drift detection; River 0.26 DDM
 * @throws {RangeError} when an option is out of its range
 */
export function ddm({ warmUp = 30, warning = 2, drift = 3 }: DdmOptions = {}): DetectorFactory {
  mustBeWhole(warmUp, 'warmUp of ddm', 0, 'values');
  mustBePositive(warning, 'warning of ddm');
  mustBePositive(drift, 'drift of ddm');
  return {
    name: 'ddm',
    takes: 'bits',
    make() {
      const n = new Float64Array(6);
      const begin = (): void => n.set([0, 0, 0, 0, Number.POSITIVE_INFINITY, 0]);
      begin();
      return {
        name: 'ddm',
        update(value) {
          mustBeTaken(value, 'bits', 'ddm');
          if (n[drifted] === 1) begin();
          addTo(n, count, value);
          const p = n[mean];
          const s = Math.sqrt((p * (1 - p)) / n[count]);
          if (n[count] <= warmUp) return 'stable';
          if (p + s <= n[best]) {
            n[bestP] = p;
            n[bestS] = s;
            n[best] = p + s;
          }
          n[drifted] = p + s > n[bestP] + drift * n[bestS] ? 1 : 0;
          if (n[drifted] === 1) return 'drift';
          return p + s > n[bestP] + warning * n[bestS] ? 'warning' : 'stable';
        },
        ...arrays({ numbers: n }),
      };
    },
  };
}
