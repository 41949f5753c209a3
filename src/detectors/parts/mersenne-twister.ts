import { arrays, type State, type Stateful } from '../../core/state.ts';

/** words of the generator's state, and the distance of its recurrence */
const [size, distance] = [624, 397];

/**
 * MT19937, seeded as CPython's `random.Random(seed)` is: the same draws.
 *
 * @see Matsumoto and Nishimura 1998, Mersenne Twister, `init_by_array`
 */
export class MersenneTwister implements Stateful {
  private readonly words = new Uint32Array(size);
  /** words used of this round */
  private readonly used = new Uint32Array(1);
  private readonly stored: Stateful;
  /** room for samples */
  private pool = new Uint32Array(0);

  /** @param seed  a whole number, 0 or more */
  constructor(seed: number) {
    this.stored = arrays({ words: this.words, used: this.used });
    this.seed(seed);
  }

  seed(seed: number): void {
    const high = Math.floor(seed / 2 ** 32);
    const key = high > 0 ? [seed >>> 0, high] : [seed >>> 0];
    const { words } = this;
    words[0] = 19_650_218;
    for (let i = 1; i < size; i++)
      words[i] = Math.imul(1_812_433_253, words[i - 1] ^ (words[i - 1] >>> 30)) + i;
    let i = 1;
    const next = (): void => {
      if (++i < size) return;
      words[0] = words[size - 1];
      i = 1;
    };
    for (let k = 0; k < size; k++) {
      const j = k % key.length;
      words[i] = (words[i] ^ Math.imul(words[i - 1] ^ (words[i - 1] >>> 30), 1_664_525)) + key[j] + j;
      next();
    }
    for (let k = 1; k < size; k++) {
      words[i] = (words[i] ^ Math.imul(words[i - 1] ^ (words[i - 1] >>> 30), 1_566_083_941)) - i;
      next();
    }
    words[0] = 0x8000_0000;
    this.used[0] = size;
  }

  /** 32 random bits */
  word(): number {
    if (this.used[0] >= size) this.turn();
    let y = this.words[this.used[0]++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c_5680;
    y ^= (y << 15) & 0xefc6_0000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** A whole number from 0 to limit − 1, drawn as Python draws it. @param limit  from 1 to 2³² − 1 */
  below(limit: number): number {
    const shift = Math.clz32(limit);
    for (;;) {
      const drawn = this.word() >>> shift;
      if (drawn < limit) return drawn;
    }
  }

  /** `count` different whole numbers from 0 to limit − 1, as Python's `sample(range(limit), count)`. */
  sample(limit: number, count: number, into: Uint32Array): void {
    const room = 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
    if (limit <= room) {
      if (this.pool.length < limit) this.pool = new Uint32Array(limit);
      const { pool } = this;
      for (let i = 0; i < limit; i++) pool[i] = i;
      for (let i = 0; i < count; i++) {
        const j = this.below(limit - i);
        into[i] = pool[j];
        pool[j] = pool[limit - i - 1];
      }
      return;
    }
    const taken = new Set<number>();
    for (let i = 0; i < count; i++) {
      let drawn = this.below(limit);
      while (taken.has(drawn)) drawn = this.below(limit);
      taken.add(drawn);
      into[i] = drawn;
    }
  }

  state(): State {
    return this.stored.state();
  }

  restore(state: State): void {
    this.stored.restore(state);
  }

  private turn(): void {
    const { words } = this;
    for (let i = 0; i < size; i++) {
      const y = (words[i] & 0x8000_0000) | (words[(i + 1) % size] & 0x7fff_ffff);
      words[i] = words[(i + distance) % size] ^ (y >>> 1) ^ (y & 1 ? 0x9908_b0df : 0);
    }
    this.used[0] = 0;
  }
}
