import { must } from '../core/check.ts';
import { arrays } from '../core/state.ts';
import type { DetectorFactory } from './detector.ts';
import { checkHddm, type HddmOptions } from './parts/hddm-options.ts';
import { mustBeTaken } from './parts/verdict.ts';

export interface HddmWOptions extends HddmOptions {
  /** λ, the weight of a new value, above 0 and at most 1; left out, 0.05 */
  readonly weight?: number;
}

/** where samples lie, each a mean, its bound condition and whether it has begun */
const [all, lowBefore, lowSince, highBefore, highSince] = [0, 3, 6, 9, 12];
/** the bounds of the cuts, and whether the last verdict was a drift */
const [lowest, highest, drifted] = [15, 16, 17];

/**
 * HDDM with the W-test: exponentially weighted means of weight λ before and since a cut, compared by McDiarmid's bound
 * √(c · ln(1/δ) / 2), c ← λ² + (1 − λ)²·c from 1.
 *
 * @see Frías-Blanco et al. 2014, Online and non-parametric drift detection methods based on Hoeffding's bounds; River 0.26 HDDMW
 * @throws {RangeError} when an option is out of its range
 */
export function hddmW(options: HddmWOptions = {}): DetectorFactory {
  const { drift = 0.001, warning = 0.005, twoSided = false, weight = 0.05 } = options;
  checkHddm('hddmW', { drift, warning });
  must(weight > 0 && weight <= 1, 'weight of hddmW', 'above 0 and at most 1', weight);
  const [own, rest] = [weight * weight, (1 - weight) * (1 - weight)];
  return {
    name: 'hddmW',
    takes: 'shares',
    make() {
      const n = new Float64Array(18);
      const begin = (): void => {
        n.fill(0);
        for (const at of [all, lowBefore, lowSince, highBefore, highSince]) n[at + 1] = 1;
        n[lowest] = Number.POSITIVE_INFINITY;
        n[highest] = Number.NEGATIVE_INFINITY;
      };
      begin();
      const add = (at: number, value: number): void => {
        n[at] = n[at + 2] === 0 ? value : weight * value + (1 - weight) * n[at];
        n[at + 1] = own + rest * n[at + 1];
        n[at + 2] = 1;
      };
      const cut = (before: number, since: number): void => {
        n.copyWithin(before, all, all + 3);
        n.set([0, 1, 0], since);
      };
      const bound = (condition: number, confidence: number): number =>
        Math.sqrt((condition * Math.log(1 / confidence)) / 2);
      const rose = (from: number, to: number, confidence: number): boolean =>
        n[from + 2] === 1 && n[to + 2] === 1 && n[to] - n[from] > bound(n[from + 1] + n[to + 1], confidence);
      return {
        name: 'hddmW',
        update(value) {
          mustBeTaken(value, 'shares', 'hddmW');
          if (n[drifted] === 1) begin();
          add(all, value);
          const epsilon = bound(n[all + 1], drift);
          if (n[all] + epsilon < n[lowest]) {
            n[lowest] = n[all] + epsilon;
            cut(lowBefore, lowSince);
          } else add(lowSince, value);
          if (n[all] - epsilon > n[highest]) {
            n[highest] = n[all] - epsilon;
            cut(highBefore, highSince);
          } else add(highSince, value);
          let found = rose(lowBefore, lowSince, drift);
          let warns = !found && rose(lowBefore, lowSince, warning);
          if (twoSided) {
            if (rose(highSince, highBefore, drift)) found = true;
            else if (rose(highSince, highBefore, warning)) warns = true;
          }
          n[drifted] = found ? 1 : 0;
          return found ? 'drift' : warns ? 'warning' : 'stable';
        },
        ...arrays({ numbers: n }),
      };
    },
  };
}
