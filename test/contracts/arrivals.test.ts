import { describe, expect, it } from 'vitest';
import type { Arrivals } from '../../src/arrivals/arrival.ts';
import { random } from '../../src/core/random.ts';
import { valuesOf } from './family.ts';

/** the squared coefficient of variation of gaps, by member, where they don't know of each other; one without an entry fails */
const spread: Readonly<Record<string, number | undefined>> = {
  ...{ poisson: 1, regular: 0 },
  ...{ bursts: undefined, 'on-off': undefined, daily: undefined },
};
/** made of times, not of a rate: arrivals-members.test.ts has it */
const others = ['replay.ts'];

const draws = 100_000;

const members = (await valuesOf<Arrivals>('arrivals', 'arrival.ts')).filter(
  ({ module }) => !others.some((name) => module.endsWith(name)),
);

describe.each(members)('$title', (found) => {
  const factory = found.factory as unknown as (rate: number) => Arrivals;

  describe.each([0.5, 1000, 2.5e6])('(%d per second)', (rate) => {
    const one = factory(rate);
    const gaps = (seed: number, count = draws) => {
      const draw = one.gaps(random(seed));
      return Array.from({ length: count }, () => draw());
    };

    it('says the rate that it was given', () => {
      expect(one.rate).toBe(rate);
      expect(one.name).not.toBe('');
    });

    it('has its kind in the table of spreads', () => expect(Object.keys(spread)).toContain(one.name));

    it.runIf(spread[one.name] !== undefined)(
      'brings so many a second in the long run, with the spread of its kind',
      () => {
        const own = spread[one.name] as number;
        const all = gaps(2);
        const mean = all.reduce((sum, gap) => sum + gap, 0) / draws;
        const variance = all.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / draws;
        const expected = 1e9 / rate;
        expect(Math.abs(mean - expected)).toBeLessThanOrEqual(
          expected * (4 / Math.sqrt(draws)) * own + 1e-9 * expected,
        );
        expect(variance / mean ** 2).toBeCloseTo(own, 1);
      },
    );

    it('never goes back in time', () => {
      expect(gaps(3).filter((gap) => !(gap >= 0 && Number.isFinite(gap)))).toEqual([]);
    });

    it('draws the same from the same stream', () => {
      expect(gaps(4, 50)).toEqual(gaps(4, 50));
      if (one.name !== 'regular') expect(gaps(5, 50)).not.toEqual(gaps(4, 50));
    });
  });

  it.each([0, -3, Number.NaN, Number.POSITIVE_INFINITY])('refuses a rate of %d in one sentence', (rate) => {
    expect(() => factory(rate)).toThrow(RangeError);
    expect(() => factory(rate)).toThrow(
      /^rate of [\w-]+ arrivals \(per second\) must be a finite number above 0; got /,
    );
  });
});
