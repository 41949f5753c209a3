import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantThenLinear } from '../../src/optimisers/optimiser.ts';

describe('the rate that is constant, then linear', () => {
  it('is full for its share of the run, then falls by equal steps to end one step above 0', () => {
    const rate = constantThenLinear({ learningRate: 8, constantFor: 0.5 });
    expect(Array.from({ length: 8 }, (_, step) => rate(step, 8))).toEqual([8, 8, 8, 8, 8, 6, 4, 2]);
  });

  it('with constantFor 0 falls from the first step on, with 1 never', () => {
    const [falls, stays] = [0, 1].map((constantFor) => constantThenLinear({ learningRate: 4, constantFor }));
    expect([0, 1, 2, 3].map((step) => falls(step, 4))).toEqual([4, 3, 2, 1]);
    expect([0, 1, 2, 3].map((step) => stays(step, 4))).toEqual([4, 4, 4, 4]);
  });

  it('starts full, never rises, never is 0 or less while the run lasts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1e-6, max: 10, noNaN: true }),
        (steps, constantFor, learningRate) => {
          const rate = constantThenLinear({ learningRate, constantFor });
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
