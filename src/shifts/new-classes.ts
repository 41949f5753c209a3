import { must } from '../core/check.ts';
import { permutation } from '../core/random.ts';
import type { Shift } from './shift.ts';

/**
 * Classes that have not been there come up: in the old world their samples are drawn again. Where the shift is incremental, they come with the share
 * `amount` of what is theirs.
 *
 * @param fresh  the classes that are new, or how many are, which are drawn from the seed; fewer than there are; left out, half of them
 */
export function newClasses(fresh?: readonly number[] | number): Shift {
  return {
    name: 'classes',
    over({ classes, random }) {
      const wanted = fresh ?? Math.floor(classes / 2);
      const listed = typeof wanted === 'number' ? [...permutation(classes, random)].slice(0, wanted) : wanted;
      const labels = new Set(listed);
      const fit = listed.every((label) => Number.isInteger(label) && label >= 0 && label < classes);
      const count = typeof wanted === 'number' ? wanted : labels.size;
      must(
        fit && Number.isInteger(count) && count >= 1 && count < classes,
        'new classes',
        `1 to ${classes - 1} of the ${classes} classes`,
        wanted,
      );
      return {
        apply: (_amount, _random, _sample, label) => label,
        admits: (amount, draw, label) =>
          amount >= 1 || !labels.has(label) || (amount > 0 && draw.uniform() < amount),
      };
    },
  };
}
