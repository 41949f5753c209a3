import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunningScaler } from '../../src/data/scaler.ts';

const scaled = (scaler: RunningScaler, ...x: number[]): number[] => {
  const into = new Float32Array(x.length);
  scaler.scale(Float32Array.from(x), 0, into);
  return [...into];
};
const taught = (samples: readonly number[], forgetting = 1): RunningScaler => {
  const scaler = new RunningScaler(1, { forgetting, clip: 1e9 });
  for (const x of samples) scaler.learn(Float32Array.of(x), 0);
  scaler.commit();
  return scaler;
};

describe('a running scaler', () => {
  it('has the mean and the population variance of what it has learned', () => {
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, deviation 2
    expect(scaled(taught([2, 4, 4, 4, 5, 5, 7, 9]), 9)).toEqual([2]);
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(values, fc.integer({ min: -1000, max: 1000 }), (all, x) => {
        const mean = all.reduce((a, b) => a + b) / all.length;
        const variance = all.reduce((a, b) => a + (b - mean) ** 2, 0) / all.length;
        const expected = variance === 0 ? 0 : (x - mean) / Math.sqrt(variance);
        expect(scaled(taught(all), x)[0]).toBeCloseTo(expected, 3);
      }),
    );
  });

  it('forgets: weights fall by a factor with each sample', () => {
    // weights 1/4, 1/2, 1: mean (0/4 + 0/2 + 7) / 1.75 = 4, variance (0.75·16 + 9) / 1.75 = 12
    expect(scaled(taught([0, 0, 7], 0.5), 4 + Math.sqrt(12))[0]).toBeCloseTo(1, 6);
  });

  it('does not look ahead: what it learns counts from the commit on', () => {
    const scaler = new RunningScaler(2);
    expect(scaled(scaler, 3, -3)).toEqual([0, 0]);
    scaler.learn(Float32Array.of(1, 0), 0);
    scaler.learn(Float32Array.of(3, 0), 0);
    expect(scaled(scaler, 3, 1)).toEqual([0, 0]);
    scaler.commit();
    expect(scaled(scaler, 3, 1)).toEqual([1, 0]);
  });

  it('gives 0 for a constant feature, cuts off at ±5 deviations, and NaN for what is not finite', () => {
    const scaler = new RunningScaler(2);
    for (const x of [-1, 1]) scaler.learn(Float32Array.of(0.1, x), 0);
    scaler.commit();
    expect(scaled(scaler, 0.7, 99)).toEqual([0, 5]);
    expect(scaled(scaler, 0.1, -99)).toEqual([0, -5]);
    expect(scaled(scaler, Number.NaN, Number.POSITIVE_INFINITY)).toEqual([Number.NaN, Number.NaN]);
  });

  it('goes on to the same bits from its state', () => {
    const one = taught([0.1, 0.2, 0.7], 0.9);
    const other = new RunningScaler(1, { forgetting: 0.9, clip: 1e9 });
    other.restore(one.state());
    for (const scaler of [one, other]) {
      scaler.learn(Float32Array.of(0.3), 0);
      scaler.commit();
    }
    expect(scaled(other, 0.123)).toEqual(scaled(one, 0.123));
    expect(() => new RunningScaler(2).restore(one.state())).toThrow(
      "length of state 'mean' must be 2; got 1",
    );
  });
});
