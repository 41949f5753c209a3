import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { constant } from '../../src/distributions/constant.ts';
import type { Distribution } from '../../src/distributions/distribution.ts';
import { lognormal } from '../../src/distributions/lognormal.ts';
import { valuesOf } from './family.ts';

type Arguments = readonly unknown[];

interface Example {
  /** what the factory is called with: each must keep its word about mean and cv */
  readonly good: readonly Arguments[];
  /** what it must refuse, with the sentence that it refuses it with */
  readonly bad: readonly (readonly [given: Arguments, sentence: string])[];
}

const finite = 'a finite number, 0 or more';

/** A member without examples fails: its numbers would never be looked at. */
const examples: Readonly<Record<string, Example>> = {
  constant: {
    good: [[0], [1], [2.5e6]],
    bad: [
      [[-1], `a constant must be ${finite}; got -1`],
      [[Number.NaN], `a constant must be ${finite}; got NaN`],
      [[Number.POSITIVE_INFINITY], `a constant must be ${finite}; got Infinity`],
    ],
  },
  exponential: {
    good: [[1], [3e6]],
    bad: [
      [[0], 'mean of an exponential must be a finite number above 0; got 0'],
      [[-2], 'mean of an exponential must be a finite number above 0; got -2'],
      [[Number.NaN], 'mean of an exponential must be a finite number above 0; got NaN'],
    ],
  },
  lognormal: {
    good: [[0], [0.1], [0.5, 2e6], [1.2]],
    bad: [
      [[-0.1], `cv of a lognormal must be ${finite}; got -0.1`],
      [[Number.NaN], `cv of a lognormal must be ${finite}; got NaN`],
      [[0.2, 0], 'mean of a lognormal must be a finite number above 0; got 0'],
    ],
  },
  empirical: {
    good: [[[4, 1, 7, 0, 100]], [[3]], [[0, 0]], [[1, 2, 3], 0.5]],
    bad: [
      [[[]], 'values of an empirical distribution must be one or more; got 0'],
      [[[1, -2]], `a value of an empirical distribution must be ${finite}; got -2`],
      [[[1, Number.NaN]], `a value of an empirical distribution must be ${finite}; got NaN`],
      [[[1, 2], -1], `scale of an empirical distribution must be ${finite}; got -1`],
      [[[1, 2], Number.NaN], `scale of an empirical distribution must be ${finite}; got NaN`],
    ],
  },
  scaled: {
    good: [
      [lognormal(0.4), 3e6],
      [lognormal(0.4, 5), 1],
      [constant(4), 0.5],
      [lognormal(0.4), 0],
    ],
    bad: [
      [[constant(1), -1], `factor of a distribution must be ${finite}; got -1`],
      [[constant(1), Number.NaN], `factor of a distribution must be ${finite}; got NaN`],
    ],
  },
};

const draws = 100_000;

function momentsOf(values: readonly number[]): { mean: number; cv: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, cv: mean === 0 ? 0 : Math.sqrt(variance) / mean };
}

describe.each(await valuesOf<Distribution>('distributions', 'distribution.ts'))('$title', (found) => {
  const factory = found.factory as unknown as (...given: Arguments) => Distribution;
  const example = examples[factory.name];

  it('has examples', () => {
    expect(example?.good.length).toBeGreaterThan(0);
    expect(example?.bad.length).toBeGreaterThan(0);
  });

  describe.each(example?.good.map((given) => ({ given })) ?? [])('($given)', ({ given }) => {
    const one = factory(...given);
    const many = (seed: number, count = draws) => {
      const draw = one.sampler(random(seed));
      return Array.from({ length: count }, () => draw());
    };

    it('draws with the mean and the cv that it says', () => {
      const { mean, cv } = momentsOf(many(3));
      // four standard errors of the mean; a cv's own error is some times as large where tails are heavy
      const error = (4 * one.cv) / Math.sqrt(draws);
      expect(Math.abs(mean - one.mean)).toBeLessThanOrEqual(one.mean * (error + 1e-9));
      expect(Math.abs(cv - one.cv)).toBeLessThanOrEqual(5 * error + 1e-9);
    });

    it('draws finite numbers, never negative', () => {
      expect(many(4).filter((value) => !(value >= 0 && Number.isFinite(value)))).toEqual([]);
    });

    it('draws the same from the same stream, and otherwise from another where it draws at all', () => {
      expect(many(5, 50)).toEqual(many(5, 50));
      if (one.cv > 0) expect(many(6, 50)).not.toEqual(many(5, 50));
      else expect(many(6, 50)).toEqual(many(5, 50));
    });

    it('has a name, a finite mean and a finite cv, 0 or more', () => {
      expect(one.name).not.toBe('');
      for (const figure of [one.mean, one.cv]) expect(figure >= 0 && Number.isFinite(figure)).toBe(true);
    });
  });

  it.each(example?.bad ?? [])('refuses %j in one sentence', (given, sentence) => {
    expect(() => factory(...given)).toThrow(new RangeError(sentence));
  });
});
