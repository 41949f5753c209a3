import { expect, test } from 'vitest';
import { pairedDifference, pairedTable } from '../../src/report.ts';

test('the difference of pairs has the interval of a paired t test', () => {
  // differences 1, 2, 3, 4: mean 2.5, s = √(5/3), t(0.975, 3) = 3.182446305
  const { mean, ci95, relative, replications } = pairedDifference({
    values: [11, 22, 33, 44],
    baseline: [10, 20, 30, 40],
  });
  const half = (3.182446305 * Math.sqrt(5 / 3)) / 2;
  expect(mean).toBe(2.5);
  expect(ci95?.[0]).toBeCloseTo(2.5 - half, 6);
  expect(ci95?.[1]).toBeCloseTo(2.5 + half, 6);
  expect(relative).toBe(0.1);
  expect(replications).toBe(4);
});

test('one pair has no interval', () => {
  expect(pairedDifference({ values: [3], baseline: [2] })).toEqual({
    ...{ mean: 1, ci95: null, relative: 0.5, replications: 1 },
  });
});

test('pairs are as many on both sides', () => {
  expect(() => pairedDifference({ values: [1, 2], baseline: [1] })).toThrow(
    'replications must be 1, as many as of the baseline; got 2',
  );
});

test('the table says what was compared, and why there is no difference', () => {
  const text = pairedTable(
    ['stages', 'schedule'],
    [
      { cells: ['4', 'zb-h1'], difference: { mean: 2.5, ci95: [-1, 6], relative: 0.01, replications: 4 } },
      { cells: ['3', 'chimera'], difference: 'failed' },
    ],
  );
  expect(text).toMatch(/stages +schedule +difference, +95 % interval .*\n +microbatches\/s\n/);
  expect(text).toMatch(/4 .* zb-h1 .* \+2\.5 .* \[-1, \+6\] .* \+1 % .* 4/);
  expect(text).toMatch(/3 .* chimera .* failed .* – .* – .* –/);
});

test('the table of many axes is 80 characters wide at most, for what is wider loses its columns', () => {
  const difference = {
    ...{ mean: -59.434, ci95: [-62.742, -56.126] as [number, number], relative: -0.204, replications: 8 },
  };
  const text = pairedTable(
    ['stages', 'microbatches', 'schedule'],
    [{ cells: ['2', '8', 'stream'], difference }],
  );
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(text).toContain('-62.742');
});
