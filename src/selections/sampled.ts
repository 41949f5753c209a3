import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import type { Selection, SelectionPlan } from './selection.ts';

/**
 * A sample whose loss has the slope s, as a share of the steepest, is learned from with probability p = min(1, s / share),
 * and its gradient is divided by p: the expected gradient is that of all samples. Below the share every gradient that is
 * made is as great as one at the share, so that no rare sample throws the weights far.
 *
 * @param share  the slope from which a sample is always learned from, above 0, at most 1
 * @throws {RangeError} when the share is out of its range
 * @see Katharopoulos and Fleuret 2018, arXiv 1803.00942, for importance sampling of gradients
 */
export function sampled(share: number): SelectionPlan {
  must(share > 0 && share <= 1, 'share of a selection', 'above 0 and at most 1', share);
  return plan(import.meta.url, `sampled ${share}`, { share });
}

export function create({ share }: { share: number }): Selection {
  return {
    name: `sampled ${share}`,
    choose(slopes, rows, samples, factors, random) {
      let count = 0;
      for (let r = 0; r < rows; r++) {
        // one draw a sample, so that the stream does not depend on what is drawn
        const kept = random.uniform() * share < slopes[r];
        if (!kept) continue;
        factors[count] = Math.max(1, share / slopes[r]);
        samples[count++] = r;
      }
      return count;
    },
  };
}
