import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { must } from './check.ts';
import { digestWords } from './platform/digest.ts';
import { arrayIn, type Stateful } from './state.ts';

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
  /** where the stream stands: the generator's four words, then the spare normal, NaN without one  [5] */
  state(): Float64Array;
  /** Goes on from where a stream stood. @param state  as `state()` returned it [5] */
  restore(state: Float64Array): void;
}

/** A stream as one of the arrays of a state. */
export function streamState(random: Random): Stateful {
  return {
    state: () => ({ stream: random.state() }),
    restore: (state) => random.restore(Float64Array.from(arrayIn(state, 'stream', random.state().length))),
  };
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
  let generator = xoroshiro128plusFromState(digestWords(path));
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
    state: () => Float64Array.of(...generator.getState(), spare ?? Number.NaN),
    restore(state) {
      must(state.length === 5, 'length of the state of a random stream', '5', state.length);
      generator = xoroshiro128plusFromState([...state.subarray(0, 4)]);
      spare = Number.isNaN(state[4]) ? undefined : state[4];
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
