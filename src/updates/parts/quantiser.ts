import { type Matrix, matrix } from '../../core/matrix.ts';
import type { Arena } from '../../core/memory/arena.ts';
import { type Random, streamState } from '../../core/random.ts';
import type { Stateful } from '../../core/state.ts';
import { largest } from '../pulses/side.ts';
import { roundEven } from '../pulses/whole-pulses.ts';

/** Rounds each row of a matrix to levels. */
export interface Quantiser extends Stateful {
  /** @returns the rounded rows, valid until the next call, or the matrix itself where there are no levels */
  apply(m: Matrix): Matrix;
}

/**
 * Rounds to ⌊levels / 2⌋ levels on each side of 0, the last at the largest absolute value of the row.
 *
 * @param levels    0: numbers stay as they are
 * @param atRandom  whether a level is chosen so that the mean is right
 */
export function quantiser(levels: number, atRandom: boolean, arena: Arena, random: Random): Quantiser {
  if (levels === 0) return { apply: (m) => m, state: () => ({}), restore: () => {} };
  const half = Math.floor(levels / 2);
  let rounded = arena.floats(0);
  return {
    ...streamState(random),
    apply({ rows, columns, data }) {
      if (rounded.length < rows * columns) rounded = arena.floats(rows * columns);
      for (let r = 0; r < rows; r++) {
        const most = largest(data, r * columns, columns);
        const [up, down] = most === 0 ? [0, 0] : [half / most, most / half];
        for (let k = r * columns; k < (r + 1) * columns; k++) {
          const value = Math.fround(data[k] * up);
          rounded[k] = down * (atRandom ? Math.floor(value + random.uniform()) : roundEven(value));
        }
      }
      return matrix(rows, columns, rounded);
    },
  };
}
