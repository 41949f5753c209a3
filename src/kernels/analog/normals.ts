import type { Arena } from '../../core/memory/arena.ts';
import type { Random } from '../../core/random.ts';
import { tailStart, ziggurat } from './ziggurat.ts';

/** Draws of noise. */
export interface NormalKernels {
  /**
   * Standard normal draws: exact but for the 25 bits of each, tail included. They come four at a time: what is left of the
   * last four is thrown away.
   *
   * @param into   [count], overwritten
   * @param state  `normalWords` random words, as `normalState` makes them, moved on: four generators xoshiro128++ side by
   *               side, word w of generator g being word 4w + g, then a fifth one for draws that need more than one word
   * @see Marsaglia and Tsang 2000; Doornik 2005; Blackman and Vigna 2021, xoshiro128++
   */
  normals(into: Float32Array, count: number, state: Uint32Array): void;
}

/** words in a state of `normals` */
export const normalWords = 20;

/** A state of `normals` in the arena, which follows from a stream. Its owner keeps it among its arrays. */
export function normalState(arena: Arena, random: Random): Uint32Array {
  const state = arena.words(normalWords);
  for (let i = 0; i < normalWords; i++) state[i] = random.whole(2 ** 32);
  return state;
}

/** As plain loops: the same bits as those of WebAssembly. */
export const normalLoops: NormalKernels = {
  normals(into, count, state) {
    for (let i = 0; i < count || i % 4 !== 0; i++) {
      const word = next(state, i % 4, 4);
      if (i < count) into[i] = accepted(word, state);
    }
  },
};

const { widths, edges, heights } = ziggurat(new ArrayBuffer(4104), 0);

/** One standard normal draw of the fifth generator. */
export function normal(state: Uint32Array): number {
  return accepted(fifth(state), state);
}

/** The draw that a word gives, or, where it lies above the curve, another one. */
function accepted(first: number, state: Uint32Array): number {
  for (let word = first; ; word = fifth(state)) {
    const layer = word & 255;
    const value = (word >> 7) | 1;
    const z = Math.fround(value * widths[2 * layer]);
    if (Math.abs(value) < edges[2 * layer + 1]) return z;
    if (layer === 0) return tail(value < 0, state);
    const low = heights[layer];
    if (low + uniform(state) * (heights[layer + 1] - low) < density(z)) return z;
  }
}

/** |z| > 3.654…: Marsaglia's exponential rejection */
function tail(negative: boolean, state: Uint32Array): number {
  for (;;) {
    const x = -logarithm(uniform(state)) / tailStart;
    const y = -logarithm(uniform(state));
    if (y + y < x * x) continue;
    const z = Math.fround(tailStart + x);
    return negative ? -z : z;
  }
}

/** uniform in (0, 1) */
const uniform = (state: Uint32Array): number => (fifth(state) + 0.5) / 0x1_0000_0000;

// Engines round exp and log each in their own way; these two are the same everywhere, in WebAssembly too.

/** exp(−x²/2) for |x| < 4: a Taylor series of its 64th root */
function density(x: number): number {
  const t = (-0.5 * x * x) / 64;
  let sum = 1;
  for (let k = 10; k > 0; k--) sum = 1 + (t / k) * sum;
  for (let k = 0; k < 6; k++) sum *= sum;
  return sum;
}

/** ln u for 0 < u < 1: the series of atanh after doubling u into [½, 1) */
export function logarithm(u: number): number {
  let mantissa = u;
  let halvings = 0;
  for (; mantissa < 0.5; halvings++) mantissa += mantissa;
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let k = 33; k > 0; k -= 2) sum = 1 / k + square * sum;
  return 2 * s * sum - halvings * Math.LN2;
}

const fifth = (state: Uint32Array): number => next(state, 16, 1);

/** The next word of the xoshiro128++ whose words are `first`, `first` + `stride`, … */
export function next(state: Uint32Array, first: number, stride: number): number {
  const [second, third, fourth] = [first + stride, first + 2 * stride, first + 3 * stride];
  const [a, b, d] = [state[first], state[second], state[fourth]];
  const c = state[third] ^ a;
  const mixed = d ^ b;
  state[first] = a ^ mixed;
  state[second] = b ^ c;
  state[third] = c ^ (b << 9);
  state[fourth] = rotated(mixed, 11);
  return (rotated((a + d) | 0, 7) + a) >>> 0;
}

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
