import type { Arena } from '../../core/memory/arena.ts';
import { barelyOne } from './bernoulli.ts';
import type { Tally } from './counts.ts';
import { roundEven } from './whole-pulses.ts';

/** The lines of one side of an array. */
export interface Side {
  readonly lines: number;
  /** probabilities are multiples of it; 0: any */
  readonly step: number;
  /** probability of a pulse in a slot, above 1 where the line saturates [lines] */
  readonly shares: Float32Array;
  /** bit k: whether the line fires in slot k [lines] */
  readonly words: Uint32Array;
  /** 1 where the line's pulses are negative [lines] */
  readonly signs: Uint8Array;
}

export function side(arena: Arena, lines: number, step: number): Side {
  const [words, signs] = [arena.words(lines), arena.bytes(lines)];
  return { lines, step, shares: arena.floats(lines), words, signs };
}

/** The largest absolute value. */
export function largest(from: Float32Array, at: number, length: number): number {
  let most = 0;
  for (let i = at; i < at + length; i++) {
    const value = Math.abs(from[i]);
    if (value > most) most = value;
  }
  return most;
}

/**
 * Sets shares and signs of lines that are to carry these numbers.
 *
 * @param factor  on their absolute values
 * @param flip  1 where a positive number fires negative pulses
 * @param tally  gets the lines that are not 0, and of these the ones that saturate
 * @returns  lines that are not 0
 */
export function shareOut(
  from: Float32Array,
  at: number,
  factor: number,
  flip: number,
  into: Side,
  tally: Tally,
): number {
  const { shares, signs, lines, step } = into;
  let nonzero = 0;
  let saturated = 0;
  for (let i = 0; i < lines; i++) {
    const value = from[at + i];
    signs[i] = value < 0 ? 1 - flip : flip;
    const share = Math.abs(value) * factor;
    shares[i] = share;
    if (value !== 0) nonzero++;
    if (share > barelyOne) saturated++;
  }
  if (step > 0) for (let i = 0; i < lines; i++) shares[i] = roundEven(shares[i] / step) * step;
  tally.lines += nonzero;
  tally.saturated += saturated;
  return nonzero;
}
