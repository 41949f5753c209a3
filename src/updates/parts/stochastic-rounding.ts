import type { Random } from '../../core/random.ts';
import { arrays, type State, type Stateful } from '../../core/state.ts';
import { reseed } from '../../kernels/kernel.ts';
import type { Tally } from '../pulses/counts.ts';

/**
 * Rounds numbers to whole ones at random, so that the mean is the number: ⌊v + u⌋, u uniform in [0, 1).
 *
 * @see sfc32, Doty-Humphrey, PractRand 0.94
 */
export class StochasticRounding implements Stateful {
  private readonly words = new Uint32Array(4);
  private readonly stateful = arrays({ words: this.words });

  /** @param random  a stream that nobody else draws from */
  constructor(random: Random) {
    reseed(this.words, random);
  }

  state = (): State => this.stateful.state();
  restore = (state: State): void => this.stateful.restore(state);

  /**
   * into[i] = values[i] · factor, rounded.
   *
   * @param counts  gets what was asked for, and what of it was below one pulse
   */
  round(values: Float32Array, factor: number, into: Int32Array, counts: Tally): void {
    const below = roundAll(values, factor, into, this.words, counts);
    counts.belowOne += below;
  }
}

function roundAll(
  values: Float32Array,
  factor: number,
  into: Int32Array,
  state: Uint32Array,
  counts: Tally,
): number {
  let [a, b, c, counter] = [state[0] | 0, state[1] | 0, state[2] | 0, state[3] | 0];
  let [asked, below] = [0, 0];
  for (let i = 0; i < into.length; i++) {
    const value = values[i] * factor;
    if (value === 0) {
      into[i] = 0;
      continue;
    }
    const random = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + random) | 0;
    into[i] = Math.floor(value + (random >>> 0) / 4294967296);
    asked++;
    if (value > -1 && value < 1) below++;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = counter;
  counts.asked += asked;
  return below;
}
