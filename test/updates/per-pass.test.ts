import { expect, test } from 'vitest';
import { Arena } from '../../src/core/memory/arena.ts';
import { random } from '../../src/core/random.ts';
import { ones } from '../../src/kernels/analog/trains.ts';
import { create as simdKernels } from '../../src/kernels/simd.ts';
import { adam } from '../../src/optimisers/adam.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import { perPass } from '../../src/updates/per-pass.ts';
import { BernoulliWords } from '../../src/updates/pulses/bernoulli.ts';
import { bench, idealCell, lesson } from './bench.ts';

test('a line fires with its probability in each slot, independently of other slots and lines', () => {
  const arena = Arena.over();
  const shares = arena.floats(9);
  shares.set([0, 0.001, 0.1, 0.25, 0.5, 0.77, 0.999, 1, 1.5]);
  for (const slots of [1, 2, 7, 31, 32]) {
    const bits = new BernoulliWords(random(5).fork(`${slots}`), { arena, kernels: simdKernels({}, arena) });
    const [words, firing] = [arena.words(9), { linePulses: 0 }];
    const [draws, sums, squares] = [20_000, new Float64Array(9), new Float64Array(9)];
    let both = 0;
    for (let d = 0; d < draws; d++) {
      bits.draw(shares, slots, words, firing);
      words.forEach((word, i) => {
        const n = ones(word);
        sums[i] += n;
        squares[i] += n * n;
      });
      both += ones(words[4] & words[5]);
    }
    shares.forEach((share, i) => {
      const p = Math.min(1, share);
      const variance = slots * p * (1 - p);
      const mean = sums[i] / draws;
      expect(Math.abs(mean - slots * p)).toBeLessThanOrEqual(4 * Math.sqrt(variance / draws) + 1e-12);
      const spread = squares[i] / draws - mean * mean;
      // the variance of a sample variance, by the binomial's fourth moment
      const fourth = variance * (1 + 3 * variance - 6 * (variance / slots));
      const error = 4 * Math.sqrt(Math.max(0, fourth - variance * variance) / draws);
      expect(Math.abs(spread - variance)).toBeLessThanOrEqual(error + (16 * variance) / draws + 1e-9);
    });
    const q = 0.5 * 0.77;
    expect(Math.abs(both / draws - slots * q)).toBeLessThan(4 * Math.sqrt((slots * q * (1 - q)) / draws));
    expect(firing.linePulses).toBe(sums.reduce((a, b) => a + b));
  }
});

test('coincidences of a fixed train have mean slots · pq and variance slots · pq (1 − pq)', async () => {
  const plan = perPass({ length: 'fixed', balance: false });
  const { updater, cells } = await bench(plan, 1, 1);
  const draws = 20_000;
  let [sum, square] = [0, 0];
  // factors √(0.0124 / 0.031) = 0.6325: p = 0.5060, q = 0.3162
  for (let d = 0; d < draws; d++) {
    cells[0].net.fill(0);
    updater.update([lesson([[0.8]], [[0.5]])], 0.0124);
    sum -= cells[0].net[0];
    square += cells[0].net[0] ** 2;
  }
  const pq = (0.0124 / 0.031) * 0.4;
  const [mean, variance] = [31 * pq, 31 * pq * (1 - pq)];
  expect(Math.abs(sum / draws - mean)).toBeLessThan(4 * Math.sqrt(variance / draws));
  const spread = square / draws - (sum / draws) ** 2;
  expect(Math.abs(spread - variance)).toBeLessThan(4 * variance * Math.sqrt(2 / draws));
});

test('an update of 0.5 that a train of 31 slots cannot carry saturates, and says so', async () => {
  const { updater, cells } = await bench(perPass(), 1, 1);
  updater.update([lesson([[1]], [[1]])], 0.5);
  expect(cells[0].net[0]).toBe(-31);
  expect(updater.counts).toMatchObject({ pulses: 31, linePulses: 62, lines: 2, saturated: 1 });
});

test('a long train is sent in parts of 32 slots', async () => {
  const { updater, cells } = await bench(perPass({ slots: 100 }), 1, 1);
  updater.update([lesson([[1]], [[1]])], 0.5);
  expect(cells[0].calls.map(({ slots }) => slots)).toEqual([32, 32, 32, 4]);
  expect(cells[0].net[0]).toBe(-100);
  expect(updater.counts).toMatchObject({ lines: 2, saturated: 1 });
});

test('the mean of many updates is −rate · xᵀδ, whatever the trains', async () => {
  const taught = lesson(
    [
      [1, -0.4, 0],
      [0.2, 0.9, -0.7],
    ],
    [
      [0.3, -0.15],
      [-0.05, 0.25],
    ],
  );
  const wanted = [0.29, -0.1, -0.165, 0.285, 0.035, -0.175];
  for (const [options, rate] of [
    [{}, 0.02],
    [{}, 0.001],
    [{ length: 'fixed' as const, slots: 10 }, 0.02],
    [{ length: 'by-rate' as const, slots: 4 }, 0.02],
    [{ balance: false, length: 'fixed' as const }, 0.02],
    [{ slots: 64, length: 'fixed' as const }, 0.04],
  ] as const) {
    const { updater, cells } = await bench(perPass(options), 3, 2);
    const draws = 5000;
    const squares = new Float64Array(6);
    const sums = new Float64Array(6);
    for (let d = 0; d < draws; d++) {
      cells[0].net.fill(0);
      updater.update([taught], rate);
      cells[0].net.forEach((n, i) => {
        sums[i] += n;
        squares[i] += n * n;
      });
    }
    wanted.forEach((gradient, i) => {
      const mean = sums[i] / draws;
      const error = Math.sqrt((squares[i] / draws - mean * mean) / draws);
      expect(Math.abs(mean + (rate * gradient) / 0.001)).toBeLessThan(4 * error + 1e-3);
    });
    expect(updater.counts.saturated).toBe(0);
  }
});

test('rows without activity or error send nothing, and positive rows come before negative ones', async () => {
  const { updater, cells } = await bench(perPass({ pulses: 'deterministic' }), 2, 1);
  const x = [[0, 0], [1, 0], [1, 1], [0, 1]]; // biome-ignore format: rows
  updater.update([lesson(x, [[0.1], [0.1], [0], [-0.2]], 2)], 0.1);
  expect([...cells[0].net]).toEqual([-10, 20]);
  expect(updater.counts).toMatchObject({ pulses: 30, lines: 4, asked: 2, belowOne: 0 });
});

test('steps below one pulse are counted', async () => {
  const { updater } = await bench(perPass(), 2, 2, { cell: idealCell(0.01) });
  updater.update([lesson([[1, 0.1]], [[0.1, 0.2]])], 0.05);
  expect(updater.counts).toMatchObject({ asked: 4, belowOne: 3 });
  updater.update([lesson([[1, 0.1]], [[0.1, 0.2]])], 0.01);
  expect(updater.counts).toMatchObject({ asked: 8, belowOne: 7 });
});

test('same seed, same pulses; put back, the same pulses go on', async () => {
  const taught = lesson([[1, -0.4, 0.3]], [[0.3, -0.15]]);
  const [one, other, third] = await Promise.all([7, 7, 8].map((seed) => bench(perPass(), 3, 2, { seed })));
  for (const { updater } of [one, other, third]) for (let k = 0; k < 9; k++) updater.update([taught], 0.02);
  expect(other.updater.weights).toEqual(one.updater.weights);
  expect(third.updater.weights).not.toEqual(one.updater.weights);
  third.updater.restore(one.updater.state());
  for (const { updater } of [one, third]) for (let k = 0; k < 9; k++) updater.update([taught], 0.02);
  expect(third.updater.weights).toEqual(one.updater.weights);
});

test('an optimiser that does more than rate × gradient is refused', async () => {
  const sentence =
    "optimiser of update 'per-pass' must be sgd without momentum and weight decay, for pulses follow rate × gradient alone (update 'exact' takes any optimiser); got";
  for (const optimiser of [adam(), sgd({ momentum: 0.9 }), sgd({ weightDecay: 0.1 })])
    await expect(bench(perPass(), 2, 2, { optimiser })).rejects.toThrow(sentence);
});
