import { expect, test } from 'vitest';
import { adam } from '../../src/optimisers/adam.ts';
import { mixedPrecision } from '../../src/updates/mixed-precision.ts';
import { bench, lesson } from './bench.ts';

const one = lesson([[1]], [[1]]);

test('the first row transfers nothing, and whole granularities follow one row later', async () => {
  const { updater } = await bench(mixedPrecision({ pulses: 'deterministic' }), 1, 1);
  const seen = [0, 1, 2, 3].map(() => {
    updater.update([one], 0.0105);
    return updater.weights[0];
  });
  [0, -0.02, -0.031, -0.041].forEach((weight, k) => {
    expect(seen[k]).toBeCloseTo(weight, 6);
  });
  const { accumulator } = updater.state();
  expect(accumulator[0]).toBeCloseTo(-0.001, 6);
  expect(updater.counts).toMatchObject({ macs: 4, pulses: 41 });
});

test('in the mean cells move by what was accumulated, whatever the pulses, and nothing saturates', async () => {
  const taught = lesson([[1, -0.4, 0.03]], [[0.3, -0.15]]);
  for (const options of [{}, { slots: 7 }, { inputLevels: 8, deltaLevels: 8 }]) {
    const { updater } = await bench(mixedPrecision(options), 3, 2);
    for (let k = 0; k < 4000; k++) updater.update([taught], 0.002);
    const { accumulator } = updater.state();
    const wanted = [-2.4, 1.2, 0.96, -0.48, -0.072, 0.036];
    // a transfer draws its pulses at random: their spread is at most that of as many coins as there were pulses
    wanted.forEach((weight, i) => {
      const spread = 4 * 0.001 * Math.sqrt(Math.abs(weight) / 0.001) + 0.002;
      expect(Math.abs(updater.weights[i] + accumulator[i] - weight)).toBeLessThan(spread);
    });
    expect(updater.counts.saturated).toBe(0);
  }
});

test('small steps that no pulse train could carry one by one arrive together', async () => {
  const { updater } = await bench(mixedPrecision({ pulses: 'deterministic' }), 1, 1);
  for (let k = 0; k < 1000; k++) updater.update([lesson([[0.1]], [[0.01]])], 0.01);
  expect(updater.weights[0]).toBeCloseTo(-0.01, 3);
  expect(updater.counts.pulses).toBeLessThanOrEqual(10);
});

test('put back, it goes on to the same bits', async () => {
  const taught = lesson([[1, -0.4, 0.3]], [[0.3, -0.15]]);
  const plan = mixedPrecision({ inputLevels: 6, unitsPerTransfer: 1 });
  const [a, b] = await Promise.all([1, 2].map((seed) => bench(plan, 3, 2, { seed })));
  for (const { updater } of [a, b]) for (let k = 0; k < 5; k++) updater.update([taught], 0.02);
  b.updater.restore(a.updater.state());
  for (const { updater } of [a, b]) for (let k = 0; k < 20; k++) updater.update([taught, taught], 0.02);
  expect(b.updater.weights).toEqual(a.updater.weights);
  expect(b.updater.state()).toEqual(a.updater.state());
});

test('options out of their range and optimisers with memory are refused', async () => {
  expect(() => mixedPrecision({ transferEvery: 0 })).toThrow(
    'transferEvery must be a whole number of microbatches',
  );
  expect(() => mixedPrecision({ unitsPerTransfer: 0.5 })).toThrow('unitsPerTransfer must be a whole number');
  expect(() => mixedPrecision({ granularity: 0 })).toThrow('granularity of the accumulator must be');
  expect(() => mixedPrecision({ transferRate: -1 })).toThrow('transferRate must be a finite number above 0');
  expect(() => mixedPrecision({ inputLevels: 1 })).toThrow(
    'inputLevels must be 0 or a whole number, 2 or more; got 1',
  );
  await expect(bench(mixedPrecision(), 1, 1, { optimiser: adam() })).rejects.toThrow(
    "optimiser of update 'mixed-precision' must be sgd",
  );
});
