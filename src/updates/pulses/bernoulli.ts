import type { Random } from '../../core/random.ts';
import { arrays, type Stateful } from '../../core/state.ts';
import { reseed } from '../../kernels/kernel.ts';

/** Where what lines fire is added up. */
export interface Firing {
  /** pulses on lines */
  linePulses: number;
  /** lines whose probability would have to be above 1 */
  saturated: number;
}

/**
 * Words whose bits are drawn with a probability: bit k of line i is 1 where u < p, with u uniform in [0, 1), 32 bits of it,
 * drawn anew for each bit.
 *
 * The bits of all slots are compared at once, from the most significant bit of u on, until no slot is undecided: about
 * log₂(slots) + 2 random words for a line instead of one for each slot.
 *
 * @see sfc32, Doty-Humphrey, PractRand 0.94
 */
export class BernoulliWords implements Stateful {
  private readonly words = new Uint32Array(4);
  private readonly stateful = arrays({ words: this.words });

  /** @param random  a stream that nobody else draws from */
  constructor(random: Random) {
    reseed(this.words, random);
  }

  state = () => this.stateful.state();
  restore: Stateful['restore'] = (state) => this.stateful.restore(state);

  /**
   * Draws the trains of the lines of one side.
   *
   * @param shares  probability that a line fires in a slot, ≥ 0; above 1 it always does [lines]
   * @param slots   time slots, 1 to 32
   * @param into    bit k: whether the line fires in slot k; overwritten [lines]
   * @param firing  added to
   * @returns whether any line fires
   */
  draw(shares: Float32Array, slots: number, into: Uint32Array, firing: Firing): boolean {
    return drawWords(shares, into.length, slots === 32 ? -1 : (1 << slots) - 1, into, this.words, firing);
  }
}

function drawWords(
  shares: Float32Array,
  lines: number,
  all: number,
  into: Uint32Array,
  state: Uint32Array,
  firing: Firing,
): boolean {
  let a = state[0] | 0;
  let b = state[1] | 0;
  let c = state[2] | 0;
  let counter = state[3] | 0;
  let pulses = 0;
  let saturated = 0;
  for (let i = 0; i < lines; i++) {
    const share = shares[i];
    if (share === 0) {
      into[i] = 0;
      continue;
    }
    let fires = 0;
    if (share >= 1) {
      fires = all;
      if (share > barelyOne) saturated++;
    } else {
      let undecided = all;
      for (let bits = (share * 4294967296) | 0; bits !== 0 && undecided !== 0; bits <<= 1) {
        const random = (a + b + counter) | 0;
        counter = (counter + 1) | 0;
        a = b ^ (b >>> 9);
        b = (c + (c << 3)) | 0;
        c = (((c << 21) | (c >>> 11)) + random) | 0;
        if (bits < 0) {
          fires |= undecided & ~random;
          undecided &= random;
        } else undecided &= ~random;
      }
    }
    into[i] = fires;
    pulses += ones(fires);
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = counter;
  firing.linePulses += pulses;
  firing.saturated += saturated;
  return pulses > 0;
}

/** what rounding in fp32 makes of a share that is meant to be 1 */
export const barelyOne = 1 + 1e-6;

/** Bits of a word that are 1. @see Warren, Hacker's Delight, figure 5-2 */
export function ones(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
