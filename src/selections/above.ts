import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import type { Selection, SelectionPlan } from './selection.ts';

/**
 * Samples are learned from whose loss is at least this share as steep as it can be: σ(−α Δg) ≥ share under SymBa,
 * 1 − p[label] ≥ share under softmax cross-entropy. What is right by a wide margin is left out. The gradient loses a part
 * that is small, but not unbiased.
 *
 * @param share  above 0, at most 1
 * @throws {RangeError} when the share is out of its range
 * @see Jiang et al. 2019, arXiv 1910.00762, who choose by the rank of the loss
 */
export function above(share: number): SelectionPlan {
  must(share > 0 && share <= 1, 'share of a selection', 'above 0 and at most 1', share);
  return plan(import.meta.url, `above ${share}`, { share });
}

export function create({ share }: { share: number }): Selection {
  return {
    name: `above ${share}`,
    choose(slopes, rows, samples, factors) {
      let count = 0;
      for (let r = 0; r < rows; r++) if (slopes[r] >= share) samples[count++] = r;
      factors.fill(1, 0, count);
      return count;
    },
  };
}
