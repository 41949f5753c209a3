import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adam } from '../../src/optimisers/adam.ts';
import { mustHaveHorizon, type ResolvedRate, rateOf } from '../../src/optimisers/optimiser.ts';
import { sgd } from '../../src/optimisers/sgd.ts';

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

describe('the rate of a run without end', () => {
  const endless = Number.POSITIVE_INFINITY;

  it('is constant where it does not decay, whatever the share that keeps it', () => {
    for (const constantFor of [0, 0.5, 1]) {
      const rate = rateOf({ learningRate: 3, constantFor, decay: 'none' });
      expect([0, 1, 1e9].map((step) => rate(step, endless))).toEqual([3, 3, 3]);
      expect(rate(9, 10)).toBe(3);
    }
  });

  it.each(['linear', 'cosine'] as const)(
    'that is %s falls to 0 at its own horizon and stays there',
    (decay) => {
      const rate = rateOf({ learningRate: 4, constantFor: 0.5, decay, horizon: 8 });
      const own = rateOf({ learningRate: 4, constantFor: 0.5, decay });
      for (let step = 0; step < 8; step++) expect(rate(step, endless)).toBe(own(step, 8));
      expect([8, 9, 1e6].map((step) => rate(step, endless))).toEqual([0, 0, 0]);
    },
  );

  it('must be one that needs no end: constant, or with a horizon', () => {
    for (const plan of [
      adam({ decay: 'none' }),
      adam({ constantFor: 1 }),
      adam({ horizon: 1000 }),
      sgd(),
      sgd({ constantFor: 0, decay: 'none' }),
    ]) {
      expect(plan.decays).toBeUndefined();
      expect(() => mustHaveHorizon(plan, endless)).not.toThrow();
    }
    for (const plan of [adam(), adam({ decay: 'cosine' }), sgd({ constantFor: 0.9 })]) {
      expect(plan.decays).toBe(true);
      expect(() => mustHaveHorizon(plan, 10)).not.toThrow();
      expect(() => mustHaveHorizon(plan, endless)).toThrow(
        new RangeError(
          `horizon of optimiser '${plan.name}' must be stated for a run without end, unless its decay is 'none'; got undefined`,
        ),
      );
    }
  });

  it('has a horizon of one update or more', () => {
    for (const horizon of [0, 1.5, endless]) {
      expect(() => adam({ horizon })).toThrow(
        new RangeError(`horizon must be a whole number of updates, 1 or more; got ${horizon}`),
      );
    }
  });
});
