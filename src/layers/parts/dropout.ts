import { must } from '../../core/check.ts';
import type { Random } from '../../core/random.ts';
import type { Workplace } from '../../kernels/kernel.ts';

/** @throws {RangeError} when a layer can't leave out this share of its units */
export function checkDropout(share: number): void {
  must(share >= 0 && share < 1, 'dropout', '0 or more and below 1', share);
}

/**
 * Inverted dropout: while learning a unit is 0 with probability `share`, and 1 / (1 − share) times as much otherwise. All
 * blocks of a sample lose the same units.
 *
 * @param random  a stream that nobody else draws from
 * @returns  does it to activity in place, and sets the squares of its rows anew  [blocks · rows × units]
 * @see Srivastava et al. 2014
 */
export function dropout(share: number, units: number, random: Random, { arena, kernels }: Workplace) {
  const state = arena.words(16);
  for (let i = 0; i < state.length; i++) state[i] = random.whole(2 ** 32);
  return (h: Float32Array, squares: Float32Array, blocks: number, rows: number): void =>
    kernels.drop(h, squares, state, 1 - share, blocks, rows, units);
}
