import fc from 'fast-check';
import { expect, test } from 'vitest';
import { random } from '../../../src/core/random.ts';
import { Thinned } from '../../../src/simulation/statistics/thinned.ts';

const thinnedOf = (values: readonly number[]): Thinned => {
  const thinned = new Thinned();
  for (const value of values) thinned.add(value);
  return thinned;
};

test('a percentile of few values is the smallest with so many at or below it, of any part of them', () => {
  const values = fc.array(fc.nat(1000), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 100 }), fc.nat(199), (all, percent, cut) => {
      const from = cut % all.length;
      const rest = all.slice(from);
      const share = percent / 100;
      const enough = (limit: number) =>
        rest.filter((value) => value <= limit).length >= share * rest.length - 1e-9;
      const expected = [...rest].sort((a, b) => a - b).find(enough);
      expect(thinnedOf(all).percentiles([share], from)).toEqual([expected]);
    }),
  );
});

test('of none there is no percentile', () => {
  expect(new Thinned().percentiles([0.5, 0.9])).toEqual([Number.NaN, Number.NaN]);
});

test('half a million values are kept in fair parts: percentiles lie within half a percentile of the rank', () => {
  const draw = random(8).uniform;
  const values = Array.from({ length: 500_000 }, () => -Math.log(1 - draw()));
  const thinned = thinnedOf(values);
  for (const from of [0, 100_000]) {
    const [p50, p95, p99] = thinned.percentiles([0.5, 0.95, 0.99], from);
    for (const [value, share] of [
      [p50, 0.5],
      [p95, 0.95],
      [p99, 0.99],
    ])
      expect(Math.abs(1 - Math.exp(-value) - share)).toBeLessThan(0.005);
  }
});

test('counts the values of a series that rises, to within one in those kept', () => {
  const few = thinnedOf([1, 2, 2, 5, 9]);
  expect([0, 1, 2, 4, 9, 99].map((limit) => few.upTo(limit))).toEqual([0, 1, 3, 3, 5, 5]);
  const many = thinnedOf(Array.from({ length: 300_000 }, (_, i) => i));
  for (const limit of [0, 17, 150_000, 299_999])
    expect(Math.abs(many.upTo(limit) - (limit + 1))).toBeLessThan(4);
});
