import { must } from '../core/check.ts';
import type { Shift } from './shift.ts';

/**
 * Classes change their names: each gets the label of another, by one cycle through all of them (Sattolo), so that no label stays
 * right. The features stay as they are. Where the shift is incremental, a sample has its new label with a probability of the amount.
 */
export function labelPermutation(): Shift {
  return {
    name: 'labels',
    over({ classes, random }) {
      must(classes >= 2, 'classes of a stream whose labels shift', '2 or more', classes);
      const next = Uint32Array.from({ length: classes }, (_, i) => i);
      for (let i = classes - 1; i > 0; i--) {
        const j = random.whole(i);
        [next[i], next[j]] = [next[j], next[i]];
      }
      return {
        apply: (amount, draw, _sample, label) =>
          amount >= 1 || draw.uniform() < amount ? next[label] : label,
      };
    },
  };
}
