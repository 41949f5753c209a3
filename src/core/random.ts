import { createHash } from 'node:crypto';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/**
 * One seeded stream of random numbers. Streams forked under different names are independent, and a fork depends on its
 * name only, never on how much its parent has drawn: no draw depends on thread timing.
 */
export interface Random {
  /** the stream of this name below this one: `random(7).fork('layer 0').fork('negatives')` */
  fork(name: string): Random;
  /** uniform in [0, 1), 32 bits */
  uniform(): number;
  /** a whole number, uniform in [0, below) */
  whole(below: number): number;
  /** standard normal (Box-Muller) */
  normal(): number;
}

/**
 * The root stream of a run.
 *
 * @param seed  any whole number
 */
export function random(seed: number): Random {
  return stream(`seed ${seed}`);
}

function stream(path: string): Random {
  const digest = createHash('sha256').update(path).digest();
  const state = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
  const generator = xoroshiro128plusFromState(state);
  const uniform = () => (generator.next() >>> 0) / 0x1_0000_0000;
  let spare: number | undefined;
  return {
    fork: (name) => stream(`${path} / ${name}`),
    uniform,
    whole: (below) => Math.floor(uniform() * below),
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}

/** Puts 0 … count−1 in a random order (Fisher-Yates). */
export function permutation(count: number, draw: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = draw.whole(i + 1);
    const swapped = order[i];
    order[i] = order[j];
    order[j] = swapped;
  }
  return order;
}
