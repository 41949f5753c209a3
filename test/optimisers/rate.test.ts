import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ResolvedRate, rateOf } from '../../src/optimisers/optimiser.ts';

const linear = (options: Omit<ResolvedRate, 'decay'>) => rateOf({ ...options, decay: 'linear' });

describe('the rate that is constant, then linear', () => {
  it('is full for its share of the run, then falls by equal steps to end one step above 0', () => {
    const rate = linear({ learningRate: 8, constantFor: 0.5 });
    expect(Array.from({ length: 8 }, (_, step) => rate(step, 8))).toEqual([8, 8, 8, 8, 8, 6, 4, 2]);
  });

  it('with constantFor 0 falls from the first step on, with 1 never', () => {
    const [falls, stays] = [0, 1].map((constantFor) => linear({ learningRate: 4, constantFor }));
    expect([0, 1, 2, 3].map((step) => falls(step, 4))).toEqual([4, 3, 2, 1]);
    expect([0, 1, 2, 3].map((step) => stays(step, 4))).toEqual([4, 4, 4, 4]);
  });
});

describe('the rate that is constant, then a cosine', () => {
  it('is full for its share of the run, then half a cosine from its top to its bottom', () => {
    const rate = rateOf({ learningRate: 8, constantFor: 0.5, decay: 'cosine' });
    const half = [0, 1, 2, 3].map((k) => 4 * (1 + Math.cos((Math.PI * k) / 4)));
    for (const [step, expected] of [8, 8, 8, 8, ...half].entries()) {
      expect(rate(step, 8)).toBeCloseTo(expected, 12);
    }
  });

  it('is half the full rate half way down, and hardly falls at either end', () => {
    const rate = rateOf({ learningRate: 2, constantFor: 0, decay: 'cosine' });
    expect(rate(0, 1000)).toBe(2);
    expect(rate(500, 1000)).toBeCloseTo(1, 12);
    expect(2 - rate(1, 1000)).toBeCloseTo(rate(999, 1000), 12);
    expect(rate(999, 1000)).toBeCloseTo(2 * (Math.PI / 2000) ** 2, 9);
  });

  it('with constantFor 1 never falls', () => {
    const rate = rateOf({ learningRate: 4, constantFor: 1, decay: 'cosine' });
    expect([0, 1, 2, 3].map((step) => rate(step, 4))).toEqual([4, 4, 4, 4]);
  });
});

describe('the rate of either kind', () => {
  it('starts full, never rises, never is 0 or less while the run lasts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1e-6, max: 10, noNaN: true }),
        fc.constantFrom('linear' as const, 'cosine' as const),
        (steps, constantFor, learningRate, decay) => {
          const rate = rateOf({ learningRate, constantFor, decay });
          const rates = Array.from({ length: steps }, (_, step) => rate(step, steps));
          expect(rates[0]).toBe(learningRate);
          for (const [i, value] of rates.entries()) {
            expect(value).toBeGreaterThan(0);
            if (i > 0) expect(value).toBeLessThanOrEqual(rates[i - 1]);
          }
        },
      ),
    );
  });
});
