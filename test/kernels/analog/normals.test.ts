import { describe, expect, it } from 'vitest';
import { random } from '../../../src/core/random.ts';
import { normalState } from '../../../src/kernels/analog/normals.ts';
import { arena, places, plainPlace, simdPlace } from '../workplace.ts';

const count = 1_000_000;

/** The normal distribution function: Abramowitz and Stegun 26.2.17 is too coarse; a series and a continued fraction. */
function below(z: number): number {
  const x = Math.abs(z);
  let sum = x;
  if (x < 4) {
    let term = x;
    for (let k = 1; k < 200; k++) sum += term *= (x * x) / (2 * k + 1);
    const half = (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
    return z > 0 ? 0.5 + half : 0.5 - half;
  }
  let fraction = 0;
  for (let k = 60; k > 0; k--) fraction = k / (x + fraction);
  const tail = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI) / (x + fraction);
  return z > 0 ? 1 - tail : tail;
}

function drawn(seed: number, { kernels } = simdPlace, length = count): Float32Array {
  const [into, state] = [arena.floats(length), normalState(arena, random(seed))];
  kernels.normals(into, length, state);
  return into;
}

const draws = drawn(1);
const mean = (of: (z: number, i: number) => number) =>
  draws.reduce((total, z, i) => total + of(z, i), 0) / count;
const share = (of: (z: number) => boolean) => mean((z) => (of(z) ? 1 : 0));

describe('a million normal draws', () => {
  it('have the moments 0, 1, 0, 3, 0 and 15 within 4 standard errors', () => {
    const root = Math.sqrt(count);
    for (const [power, moment, variance] of [
      ...[
        [1, 0, 1],
        [2, 1, 2],
        [3, 0, 15],
        [4, 3, 96],
        [5, 0, 945],
        [6, 15, 10_170],
      ],
    ]) {
      expect(Math.abs(mean((z) => z ** power) - moment) * root).toBeLessThan(4 * Math.sqrt(variance));
    }
  });

  it('follow the distribution function: Kolmogorov-Smirnov at 0.1 %', () => {
    const sorted = draws.slice().sort();
    let worst = 0;
    for (let i = 0; i < count; i += 5) {
      const expected = below(sorted[i]);
      worst = Math.max(worst, Math.abs(expected - i / count), Math.abs(expected - (i + 1) / count));
    }
    expect(worst * Math.sqrt(count)).toBeLessThan(1.95);
  });

  it('have the right mass in their tails and near the middle', () => {
    for (const at of [1, 2, 3, 3.44, 3.6541528853610088, 4.2]) {
      const mass = 2 * below(-at);
      const error = Math.sqrt((mass * (1 - mass)) / count);
      expect(Math.abs(share((z) => Math.abs(z) > at) - mass), `beyond ${at}`).toBeLessThan(4 * error);
    }
    expect(2 * below(-3.44)).toBeCloseTo(5.8e-4, 5);
    const middle = 1 - 2 * below(-0.01);
    expect(Math.abs(share((z) => Math.abs(z) < 0.01) - middle) * Math.sqrt(count / middle)).toBeLessThan(4);
    expect(Math.max(...draws.subarray(0, 100_000))).toBeGreaterThan(3.7);
  });

  it('are independent of the neighbours before them, in value, size and sign', () => {
    for (const lag of [1, 2, 3, 4, 5, 7, 8, 16]) {
      const pair = (of: (z: number) => number) =>
        Math.abs(mean((z, i) => (i < lag ? 0 : of(z) * of(draws[i - lag])))) * Math.sqrt(count);
      expect(pair((z) => z)).toBeLessThan(4.5);
      expect(pair((z) => (z * z - 1) / 2)).toBeLessThan(4.5 * 1.1);
      expect(pair(Math.sign)).toBeLessThan(4.5);
    }
  });

  it('spread over 25 bits: a thousand have a thousand values', () => {
    expect(new Set(draws.subarray(0, 1000)).size).toBe(1000);
  });
});

it('plain TypeScript draws the bits of WebAssembly, and leaves the state as it does', () => {
  const states = [simdPlace, plainPlace].map(({ kernels }) => {
    const [into, state] = [arena.floats(300_000), normalState(arena, random(7))];
    kernels.normals(into, into.length, state);
    return { into, state };
  });
  expect(states[0].into.every((z, i) => Object.is(z, states[1].into[i]))).toBe(true);
  expect([...states[0].state]).toEqual([...states[1].state]);
});

it.each(places)('%s draws go on from where they stopped, at any multiple of four', (_name, place) => {
  const all = drawn(3, place, 5000);
  const [into, state] = [arena.floats(5000), normalState(arena, random(3))];
  place.kernels.normals(into, 1232, state);
  const kept = state.slice();
  place.kernels.normals(into.subarray(1232), 3768, state);
  expect([...into]).toEqual([...all]);
  state.set(kept);
  place.kernels.normals(into, 3768, state);
  expect([...into.subarray(0, 3768)]).toEqual([...all.subarray(1232)]);
});

it('other seeds draw others, unrelated ones', () => {
  const other = drawn(2);
  const product = draws.reduce((total, z, i) => total + z * other[i], 0);
  expect(Math.abs(product) / Math.sqrt(count)).toBeLessThan(4);
});
