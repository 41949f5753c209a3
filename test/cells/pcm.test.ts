import { describe, expect, it } from 'vitest';
import {
  driftMoments,
  programmingDeviation,
  readNoiseFactor,
  readShare,
} from '../../src/cells/parts/pcm-physics.ts';
import { pcm } from '../../src/cells/pcm.ts';
import { allFire, arrayOf, moments } from './array.ts';

const levels = [0, 0.01, 0.1, 0.5, 1];
const [hour, day, month, year] = [3600, 86_400, 30 * 86_400, 365 * 86_400];

describe('golden numbers of phase-change memory', () => {
  it('errors of programming, drift exponents and read noise by level', () => {
    const close = (of: (r: number) => number, expected: number[]) =>
      levels.forEach((r, i) => {
        expect(of(r)).toBeCloseTo(expected[i], 5);
      });
    close(programmingDeviation, [0.26348, 0.283013, 0.448249, 0.952705, 1.05538]);
    close((r) => driftMoments(r).mean, [0.1, 0.09578, 0.06009, 0.049, 0.049]);
    close((r) => driftMoments(r).deviation, [0.045, 0.045, 0.022882, 0.008, 0.008]);
    close(readShare, [0.2, 0.175583, 0.039308, 0.013809, 0.0088]);
  });

  it('growth of read noise with time', () => {
    for (const [seconds, factor] of [
      [0, 4.183825],
      [hour, 4.764755],
      [day, 5.08681],
      [year, 5.636958],
    ])
      expect(readNoiseFactor(seconds + 20)).toBeCloseTo(factor, 5);
  });

  it('drift at the mean exponent, by time and level', () => {
    for (const [seconds, full, tenth] of [
      [1, 0.997612, 0.997072],
      [hour, 0.775129, 0.731705],
      [day, 0.663524, 0.604697],
      [month, 0.561671, 0.492927],
      [year, 0.496946, 0.424204],
    ]) {
      const factor = (r: number) => ((seconds + 20) / 20) ** -driftMoments(r).mean;
      expect(factor(1)).toBeCloseTo(full, 5);
      expect(factor(0.1)).toBeCloseTo(tenth, 5);
    }
  });
});

describe('cells of phase-change memory', () => {
  it('hold exactly what is programmed when every effect is off, whatever the time', async () => {
    const cells = await arrayOf(pcm({ programmingNoise: 0, drifts: false, readNoise: 0 }), 1, 3);
    cells.program(Float32Array.of(0.5, -2, 0));
    cells.age?.(year * 1e9);
    expect([...cells.weights]).toEqual([0.5, -2, 0]);
  });

  it('drift, in the mean, from when they were programmed', async () => {
    const cells = await arrayOf(pcm({ programmingNoise: 0, readNoise: 0 }), 100, 100);
    cells.age?.(day * 1e9);
    cells.program(new Float32Array(10_000).fill(1));
    cells.age?.((day + hour) * 1e9);
    expect(Math.abs(moments(cells.weights).mean - 0.775129)).toBeLessThan(0.002);
    const before = cells.weights.slice();
    cells.age?.((day + hour + 1) * 1e9);
    expect(cells.weights).toEqual(before);
  });

  it('refuse pulses and steps', async () => {
    const cells = await arrayOf(pcm(), 2, 2);
    for (const act of [
      () => cells.coincide(allFire(2, 2, 1)),
      () => cells.pulse(new Int32Array(4)),
      () => cells.shift(new Float32Array(4)),
    ])
      expect(act).toThrow("cells 'pcm' must be programmed; got pulses or steps");
  });

  it('go on from a state to the same bits', async () => {
    const [cells, other] = [await arrayOf(pcm(), 5, 5), await arrayOf(pcm(), 5, 5, { seed: 4 })];
    cells.program(new Float32Array(25).fill(0.3));
    cells.age?.(hour * 1e9);
    const state = cells.state();
    const later = (one: typeof cells) => {
      one.age?.(day * 1e9);
      const aged = one.weights.slice();
      one.program(new Float32Array(25).fill(-0.1));
      return [...aged, ...one.weights];
    };
    const expected = later(cells);
    other.restore(state);
    expect(later(other)).toEqual(expected);
  });
});
