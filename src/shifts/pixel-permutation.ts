import type { Shift } from './shift.ts';

/**
 * Features change places, by one permutation of all of them (Fisher-Yates): the labels mean the same, and the input looks other. Where the shift is
 * incremental, only the share `amount` of the permutation's swaps is done.
 */
export function pixelPermutation(): Shift {
  return {
    name: 'pixels',
    over({ width, random }) {
      const partner = Uint32Array.from({ length: width }, (_, i) => random.whole(i + 1));
      return {
        apply(amount, _draw, sample, label) {
          const last = width - Math.round(amount * (width - 1));
          for (let i = width - 1; i >= last; i--) {
            const swapped = sample[i];
            sample[i] = sample[partner[i]];
            sample[partner[i]] = swapped;
          }
          return label;
        },
      };
    },
  };
}
