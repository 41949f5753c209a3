import { expect, test } from 'vitest';
import { seedsDifferences, seedsSummary } from '../../../src/report/seeds/seeds-summary.ts';
import { seedsTable, seedsVerdict } from '../../../src/report/seeds/seeds-text.ts';
import { report } from '../run-report.ts';

/** t(0.975, 2), from a table */
const t2 = 4.30265;

/** One run a value, with the seeds 1, 2, … */
const runs = (rule: 'ff' | 'backprop', accuracies: readonly number[], speed = 20_000) =>
  accuracies.map((testAccuracy, i) =>
    report({ rule, seed: i + 1, testAccuracy, samplesPerSecond: speed + 100 * i }),
  );

test('a summary has the mean of the seeds and its Student interval', () => {
  const { seeds, testAccuracy, samplesPerSecond } = seedsSummary(runs('ff', [0.5, 0.6, 0.7]));
  expect(seeds).toEqual([1, 2, 3]);
  expect(testAccuracy?.mean).toBeCloseTo(0.6, 12);
  // s = 0.1
  expect(testAccuracy?.ci95?.[0]).toBeCloseTo(0.6 - (t2 * 0.1) / Math.sqrt(3), 6);
  expect(testAccuracy?.ci95?.[1]).toBeCloseTo(0.6 + (t2 * 0.1) / Math.sqrt(3), 6);
  expect(samplesPerSecond.mean).toBe(20_100);
});

test('one seed has no interval, and runs that were interrupted do not count', () => {
  expect(seedsSummary(runs('ff', [0.5])).testAccuracy).toEqual({ mean: 0.5, ci95: null });
  const cut = [...runs('ff', [0.5, 0.7]), report({ seed: 3, testAccuracy: null, interrupted: true })];
  expect(seedsSummary(cut)).toMatchObject({ seeds: [1, 2], testAccuracy: { mean: 0.6 } });
});

test('where the test set was not predicted there is no accuracy, but that on samples held out', () => {
  const heldOut = [{ epoch: 1, accuracy: 0.9, seconds: 1 }];
  const summary = seedsSummary([report({ testAccuracy: null, heldOut })]);
  expect(summary).toMatchObject({ testAccuracy: null, heldOutAccuracy: { mean: 0.9 } });
});

test('differences are taken seed by seed: what seeds have in common drops out', () => {
  const [difference] = seedsDifferences([
    ...runs('ff', [0.5, 0.6, 0.7]),
    ...runs('backprop', [0.4, 0.5, 0.6], 10_000),
  ]);
  expect(difference).toMatchObject({ rule: 'ff', against: 'backprop', seeds: [1, 2, 3] });
  expect(difference.testAccuracy?.mean).toBeCloseTo(0.1, 12);
  expect(difference.testAccuracy?.ci95?.[0]).toBeCloseTo(0.1, 6);
  expect(seedsDifferences(runs('ff', [0.5, 0.6]))).toEqual([]);
});

test('the verdict speaks of a difference only where the interval leaves out none', () => {
  const said = (ff: readonly number[], backprop: readonly number[], speed: number) =>
    seedsVerdict(seedsDifferences([...runs('ff', ff, speed), ...runs('backprop', backprop)])[0]);
  const clear = said([0.5, 0.61, 0.7], [0.4, 0.5, 0.6], 40_000);
  expect(clear).toMatch(
    /^Over 3 seeds Forward-Forward learned 2\.00 × \[1\.98, 2\.01\] as many samples a second/,
  );
  expect(clear).toMatch(/Forward-Forward was 10\.33 points more accurate \[\+8\.90, \+11\.77\]\.$/);
  const unclear = said([0.5, 0.6, 0.7], [0.6, 0.5, 0.7], 20_000);
  expect(unclear).toContain("and backprop can't be told apart in speed: 1.00 × [1.00, 1.00]");
  expect(unclear).toMatch(/Their test accuracies can't be told apart: 0\.00 points \[−24\.84, \+24\.84\]\.$/);
  expect(unclear).not.toMatch(/more|less/);
  expect(said([0.5], [0.4], 20_000)).toMatch(/can't be told apart by one seed\.$/);
});

test('the table has every seed, the mean, and half the interval', () => {
  const three = runs('ff', [0.5, 0.6, 0.7]);
  expect(seedsTable(three, seedsSummary(three)).split('\n')).toEqual([
    'seed    test accuracy  samples/s  wall time',
    '1             50.00 %     20,000      4.0 s',
    '2             60.00 %     20,100      4.0 s',
    '3             70.00 %     20,200      4.0 s',
    'mean          60.00 %     20,100',
    '± 95 %          24.84        248',
  ]);
});
