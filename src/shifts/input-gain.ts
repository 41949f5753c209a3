import { must } from '../core/check.ts';
import type { Shift } from './shift.ts';

/**
 * The sensor becomes louder or fainter.
 *
 *     x ← x · (1 + (factor − 1) · amount);   bytes are rounded, and cut off at 255
 *
 * @param factor  of every feature once the change is complete, 0 or more; left out, 2
 */
export function inputGain(factor = 2): Shift {
  must(
    Number.isFinite(factor) && factor >= 0,
    'factor of an input gain',
    'a finite number, 0 or more',
    factor,
  );
  return {
    name: `gain=${factor}`,
    over({ numbers }) {
      const most = numbers === 'bytes' ? 255 : Number.POSITIVE_INFINITY;
      const rounded = numbers === 'bytes' ? Math.round : (x: number) => x;
      return {
        apply(amount, _random, sample, label) {
          const gain = 1 + (factor - 1) * amount;
          for (let j = 0; j < sample.length; j++) sample[j] = Math.min(most, rounded(sample[j] * gain));
          return label;
        },
      };
    },
  };
}
