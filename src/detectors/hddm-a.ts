import { arrays } from '../core/state.ts';
import type { DetectorFactory } from './detector.ts';
import { checkHddm, type HddmOptions } from './parts/hddm-options.ts';
import { addTo } from './parts/running-mean.ts';
import { mustBeTaken } from './parts/verdict.ts';

/** where things lie, each a count and a mean: all values, up to the cut before a rise, and before a fall */
const [all, low, high, drifted] = [0, 2, 4, 6];

/**
 * HDDM with the A-test: a cut is where the mean was lowest by Hoeffding's bound; a drift where the mean since exceeds the mean up
 * to the cut by ε = √(m/2 · ln(2/δ)), m = (n − n_cut)/(n · n_cut), or more.
 *
 * @see Frías-Blanco et al. 2014, Online and non-parametric drift detection methods based on Hoeffding's bounds; River 0.26 HDDMA
 * @throws {RangeError} when an option is out of its range
 */
export function hddmA(options: HddmOptions = {}): DetectorFactory {
  const { drift = 0.001, warning = 0.005, twoSided = false } = options;
  checkHddm('hddmA', { drift, warning });
  return {
    name: 'hddmA',
    takes: 'shares',
    make() {
      const n = new Float64Array(7);
      const bound = (at: number): number => Math.sqrt((1 / (2 * n[at])) * Math.log(1 / drift));
      const cutHere = (at: number): void => {
        n[at] = n[all];
        n[at + 1] = n[all + 1];
      };
      /** whether the mean has moved away from that of a cut, up (sign 1) or down (−1) */
      const moved = (at: number, sign: 1 | -1, confidence: number): boolean => {
        if (n[at] === n[all]) return false;
        const m = ((n[all] - n[at]) / n[at]) * (1 / n[all]);
        const epsilon = Math.sqrt((m / 2) * Math.log(2 / confidence));
        return (sign === 1 ? n[all + 1] - n[at + 1] : n[at + 1] - n[all + 1]) >= epsilon;
      };
      return {
        name: 'hddmA',
        update(value) {
          mustBeTaken(value, 'shares', 'hddmA');
          if (n[drifted] === 1) n.fill(0);
          addTo(n, all, value);
          if (n[low] === 0) cutHere(low);
          if (n[high] === 0) cutHere(high);
          const here = bound(all);
          if (n[low + 1] + bound(low) >= n[all + 1] + here) cutHere(low);
          if (n[high + 1] - bound(high) <= n[all + 1] - here) cutHere(high);
          let found = moved(low, 1, drift);
          let warns = !found && moved(low, 1, warning);
          if (twoSided) {
            if (moved(high, -1, drift)) found = true;
            else if (moved(high, -1, warning)) warns = true;
          }
          n[drifted] = found ? 1 : 0;
          return found ? 'drift' : warns ? 'warning' : 'stable';
        },
        ...arrays({ numbers: n }),
      };
    },
  };
}
