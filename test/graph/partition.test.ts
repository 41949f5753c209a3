import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { partition } from '../../src/graph/partition.ts';

function dearest(costs: readonly number[], groups: readonly number[]): number {
  const ends = groups.map((_, i) => groups.slice(0, i + 1).reduce((sum, n) => sum + n, 0));
  const works = groups.map((n, i) => costs.slice(ends[i] - n, ends[i]).reduce((sum, cost) => sum + cost, 0));
  return Math.max(...works);
}

/** Every way to cut `n` layers into `parts` groups. */
function* cuts(n: number, parts: number): Generator<number[]> {
  if (parts === 1) yield [n];
  else
    for (let first = 1; first <= n - parts + 1; first++)
      for (const rest of cuts(n - first, parts - 1)) yield [first, ...rest];
}

test('no other cut into consecutive groups has a cheaper dearest group', () => {
  const instance = fc
    .array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 7 })
    .chain((costs) =>
      fc.record({ costs: fc.constant(costs), parts: fc.integer({ min: 1, max: costs.length }) }),
    );
  fc.assert(
    fc.property(instance, ({ costs, parts }) => {
      const groups = partition(costs, parts);
      expect(groups).toHaveLength(parts);
      expect(Math.min(...groups)).toBeGreaterThanOrEqual(1);
      expect(groups.reduce((sum, n) => sum + n, 0)).toBe(costs.length);
      const best = Math.min(...[...cuts(costs.length, parts)].map((one) => dearest(costs, one)));
      expect(dearest(costs, groups)).toBe(best);
    }),
  );
});

test('a head shares the last worker with the layer below it', () => {
  expect(partition([784_000, 750_000, 15_000], 2)).toEqual([1, 2]);
});

test('more workers than layers, or none, are refused', () => {
  expect(() => partition([1, 1], 3)).toThrow('workers must be at most 2, the number of layers; got 3');
  expect(() => partition([1], 0)).toThrow('workers must be a whole number, 1 or more; got 0');
  expect(() => partition([1, Number.NaN], 2)).toThrow(
    "costs of the layers must be finite numbers, 0 or more; got '1, NaN'",
  );
});

test('a negative cost is refused', () => {
  expect(() => partition([-5, 3, 2], 2)).toThrow('must be finite numbers, 0 or more');
});
