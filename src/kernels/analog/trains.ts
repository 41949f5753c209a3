import { next } from './normals.ts';

/** Draws of the pulses on lines. */
export interface TrainKernels {
  /**
   * Words whose bits are drawn with a probability: bit k of words[i] is 1 where u < shares[i], with u uniform in [0, 1), 32 bits
   * of it, drawn anew for each bit.
   *
   * The bits of all slots are compared at once, from the most significant bit of u on, until none is undecided: some
   * log₂(slots) + 2 random words for a line, and not one for each slot. Lines come four at a time.
   *
   * @param shares  0 or more; above 1 as 1  [count]
   * @param words   overwritten [count]
   * @param state   `trainWords` random words, moved on: four generators xoshiro128++ side by side, as in `normals`
   * @param slots   bits of a word that are drawn, 0 to 32; the others are 0
   * @returns  bits that are 1
   */
  trains(shares: Float32Array, words: Uint32Array, state: Uint32Array, slots: number, count: number): number;
  /**
   * The trains of lines that carry numbers: a line fires with probability |number| · factor, both in fp32, and bit 31 of its word
   * is the number's sign.
   *
   * @param numbers  [count]
   * @param factor   > 0
   * @param flip     1 where the signs are turned, else 0
   * @param words    overwritten [count]
   * @param state    as that of `trains`
   * @param slots    0 to 31
   * @param tally    numbers that are not 0, and those whose probability is above 1 by more than rounding; overwritten [2]
   * @returns  pulses on all lines
   */
  signedTrains(
    numbers: Float32Array,
    factor: number,
    flip: 0 | 1,
    words: Uint32Array,
    state: Uint32Array,
    slots: number,
    tally: Uint32Array,
  ): number;
}

/** words in a state of `trains` */
export const trainWords = 16;

/** As plain loops: the same bits as those of WebAssembly. */
export const trainLoops: TrainKernels = {
  trains(shares, words, state, slots, count) {
    const all = slots === 32 ? -1 : (1 << slots) - 1;
    let fired = 0;
    for (let first = 0; first < count; first += 4) fired += fire(shares, words, state, all, first, count);
    return fired;
  },
  signedTrains(numbers, factor, flip, words, state, slots, tally) {
    const count = numbers.length;
    const shares = numbers.map((v) => Math.abs(v) * Math.fround(factor));
    const fired = trainLoops.trains(shares, words, state, slots, count);
    for (let i = 0; i < count; i++)
      if (numbers[i] < 0 !== (flip === 1)) words[i] = (words[i] | 0x8000_0000) >>> 0;
    tally[0] = numbers.reduce((sum, v) => sum + Number(v !== 0), 0);
    tally[1] = shares.reduce((sum, share) => sum + Number(share > Math.fround(1.000001)), 0);
    return fired;
  },
};

const undecided = new Int32Array(4);
const bits = new Int32Array(4);
const fires = new Int32Array(4);

/** Draws the words of four lines, which use their generators side by side. */
function fire(
  shares: Float32Array,
  words: Uint32Array,
  state: Uint32Array,
  all: number,
  first: number,
  count: number,
): number {
  for (let g = 0; g < 4; g++) {
    const share = first + g < count ? shares[first + g] : 0;
    fires[g] = share >= 1 ? all : 0;
    undecided[g] = share >= 1 ? 0 : all;
    bits[g] = share > 0 && share < 1 ? (share * 0x1_0000_0000) | 0 : 0;
  }
  while ([0, 1, 2, 3].some((g) => undecided[g] !== 0 && bits[g] !== 0))
    for (let g = 0; g < 4; g++) {
      const word = next(state, g, 4);
      const mask = bits[g] >> 31;
      fires[g] |= undecided[g] & ~word & mask;
      undecided[g] &= ~(word ^ mask);
      bits[g] <<= 1;
    }
  let fired = 0;
  for (let g = 0; g < 4 && first + g < count; g++) {
    words[first + g] = fires[g];
    fired += ones(fires[g]);
  }
  return fired;
}

/** Bits of a word that are 1. @see Warren, Hacker's Delight, figure 5-2 */
export function ones(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
