import { describe, expect, it } from 'vitest';
import { permutation, random, streamState } from '../../src/core/random.ts';

const draws = (count: number, draw: () => number) => Array.from({ length: count }, draw);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a stream', () => {
  it('is the same for the same seed, and another for another', () => {
    const [one, same, other] = [random(7), random(7), random(8)].map((stream) => draws(20, stream.uniform));
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it('gives these numbers on every machine', () => {
    expect(draws(3, random(7).fork('layer 0').fork('negatives').uniform)).toMatchInlineSnapshot(`
      [
        0.4831731237936765,
        0.018735590623691678,
        0.307643152307719,
      ]
    `);
  });

  it('forks by name only: neither draws of the parent nor of other forks move it', () => {
    const quiet = random(7).fork('layer 0');
    const parent = random(7);
    draws(5, parent.uniform);
    draws(5, parent.fork('layer 1').normal);
    expect(draws(20, parent.fork('layer 0').uniform)).toEqual(draws(20, quiet.uniform));
  });

  it('is not moved by its forks', () => {
    const [alone, forking] = [random(7), random(7)];
    forking.fork('a').uniform();
    expect(draws(5, forking.uniform)).toEqual(draws(5, alone.uniform));
  });

  it('has forks that differ from it and from one another, the deeper too', () => {
    const root = random(7);
    const first = [root, root.fork('a'), root.fork('b'), root.fork('a').fork('a')].map((s) => s.uniform());
    expect(new Set(first).size).toBe(4);
  });

  it('has forks that are not correlated', () => {
    const [a, b] = [random(7).fork('layer 0'), random(7).fork('layer 1')].map((s) => draws(10000, s.uniform));
    const correlation = 12 * mean(a.map((x, i) => (x - 0.5) * (b[i] - 0.5)));
    expect(Math.abs(correlation)).toBeLessThan(0.04); // 4 standard errors
  });
});

describe('uniform', () => {
  it('lies in [0, 1), with mean ½ and variance 1/12', () => {
    const values = draws(20000, random(1).uniform);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(0.0082); // 4 standard errors
    expect(mean(values.map((x) => (x - 0.5) ** 2))).toBeCloseTo(1 / 12, 2);
  });
});

describe('normal', () => {
  it('has mean 0, variance 1, no skew and a fourth moment of 3', () => {
    const values = draws(40000, random(2).normal);
    const moment = (power: number) => mean(values.map((x) => x ** power));
    expect(values.every(Number.isFinite)).toBe(true);
    expect(Math.abs(moment(1))).toBeLessThan(0.02);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.03);
    expect(Math.abs(moment(3))).toBeLessThan(0.08);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.2);
  });

  it('has no memory from one draw to the next, though it makes two at a time', () => {
    const values = draws(40000, random(3).normal);
    const pairs = values.slice(1).map((x, i) => x * values[i]);
    expect(Math.abs(mean(pairs))).toBeLessThan(0.02);
  });
});

describe('whole', () => {
  it.each([2, 7, 10])('below %d is each number with equal chance', (below) => {
    const counts = new Array(below).fill(0);
    const { whole } = random(4);
    for (let i = 0; i < 1000 * below; i++) counts[whole(below)]++;
    const chiSquare = counts.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    expect(counts.length).toBe(below);
    expect(chiSquare).toBeLessThan(27.9); // at most 9 degrees of freedom, p = 0.001
  });

  it('below 1 is 0', () => {
    expect(draws(10, () => random(1).whole(1))).toEqual(new Array(10).fill(0));
  });
});

describe('a permutation', () => {
  it('holds each number once', () => {
    for (const count of [0, 1, 2, 100]) {
      const order = permutation(count, random(count));
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    }
  });

  it('is each of the six orders of three with equal chance', () => {
    const counts = new Map<string, number>();
    const draw = random(6);
    for (let i = 0; i < 6000; i++) {
      const order = permutation(3, draw).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(20.5); // 5 degrees of freedom, p = 0.001
  });
});

describe('the state of a stream', () => {
  it('is where it goes on from, with the normal that waits', () => {
    for (const before of [0, 1, 2, 7]) {
      const [one, other] = [random(3).fork('a'), random(4)];
      for (let i = 0; i < before; i++) one.normal();
      other.normal();
      const state = structuredClone(one.state());
      other.restore(state);
      const next = (draw: typeof one) => [draw.normal(), draw.uniform(), draw.whole(9), draw.normal()];
      expect(next(other)).toEqual(next(one));
      expect(other.state()).toEqual(one.state());
      expect(one.state()).not.toEqual(state);
    }
  });

  it('leaves the forks as they are, which follow from the name', () => {
    const [one, other] = [random(3), random(4)];
    other.restore(one.state());
    expect(other.fork('a').uniform()).toBe(random(4).fork('a').uniform());
  });

  it('is an array of a state, and refused when it is none', () => {
    const stateful = streamState(random(1));
    expect(Object.keys(stateful.state())).toEqual(['stream']);
    expect(() => stateful.restore({})).toThrow("state 'stream' must be an array of 5 numbers; got 'none'");
    expect(() => random(1).restore(new Float64Array(4))).toThrow(
      new RangeError('length of the state of a random stream must be 5; got 4'),
    );
  });
});
