import { expect, test } from 'vitest';
import { random } from '../../src/core/random.ts';
import { adam } from '../../src/optimisers/adam.ts';
import { net } from '../../src/updates/net.ts';
import { paired } from '../../src/updates/paired.ts';
import { perPass } from '../../src/updates/per-pass.ts';
import type { UpdatePlan } from '../../src/updates/update.ts';
import { bench, lesson } from './bench.ts';

/** Positive rows above negative ones that resemble them, as in a Forward-Forward layer. */
function pairs(count: number, inputs: number, units: number) {
  const draw = random(11);
  const row = (length: number, one: () => number) => Array.from({ length }, one);
  const x = row(count, () => 0).map(() => row(inputs, () => Math.max(0, draw.normal())));
  const h = row(count, () => 0).map(() => row(units, () => Math.max(0, draw.normal())));
  const near = (rows: number[][]) => rows.map((of) => of.map((v) => Math.max(0, v + 0.1 * draw.normal())));
  const slope = (rows: number[][], factor: number) => rows.map((of) => of.map((v) => v * factor));
  return lesson([...x, ...near(x)], [...slope(h, -0.05), ...slope(near(h), 0.05)], 2);
}

const taught = pairs(2, 3, 2);

function gradient(): number[] {
  const { x, delta } = taught;
  return Array.from({ length: 6 }, (_, cell) => {
    const [i, j] = [Math.floor(cell / 2), cell % 2];
    return [0, 1, 2, 3].reduce((sum, r) => sum + x.data[3 * r + i] * delta.data[2 * r + j], 0);
  });
}

test.each([
  ['paired', paired()],
  ['paired, fixed trains', paired({ length: 'fixed' })],
  ['net', net()],
] as [string, UpdatePlan][])('%s: the mean of many updates is −rate · xᵀδ', async (_name, plan) => {
  const { updater, cells } = await bench(plan, 3, 2);
  const draws = 6000;
  const [sums, squares] = [new Float64Array(6), new Float64Array(6)];
  for (let d = 0; d < draws; d++) {
    cells[0].net.fill(0);
    updater.update([taught], 0.01);
    cells[0].net.forEach((n, i) => {
      sums[i] += n;
      squares[i] += n * n;
    });
  }
  gradient().forEach((wanted, i) => {
    const mean = sums[i] / draws;
    const error = Math.sqrt((squares[i] / draws - mean * mean) / draws);
    expect(Math.abs(mean + 10 * wanted)).toBeLessThan(4 * error + 1e-6);
  });
  expect(updater.counts.saturated).toBe(0);
});

test('pairs that resemble each other send far fewer pulses paired than row by row, and fewer still as a net', async () => {
  const many = pairs(20, 40, 30);
  const sent = async (plan: UpdatePlan) => {
    const { updater } = await bench(plan, 40, 30);
    for (let k = 0; k < 5; k++) updater.update([many], 0.01);
    return updater.counts;
  };
  const [rowByRow, pair, whole] = await Promise.all([perPass(), paired(), net()].map(sent));
  expect(pair.pulses).toBeLessThan(0.3 * rowByRow.pulses);
  expect(whole.pulses).toBeLessThan(0.5 * pair.pulses);
  expect(pair.macs).toBe(5 * 20 * 2 * 70);
  expect(whole.macs).toBe(5 * 40 * 1200);
  expect(rowByRow.macs).toBe(0);
});

test('equal rows whose errors are opposite send nothing at all', async () => {
  const { updater } = await bench(paired(), 2, 2);
  updater.update([lesson([[1, 0.5], [1, 0.5]], [[0.1, 0.2], [-0.1, -0.2]], 2)], 0.1); // biome-ignore format: rows
  expect(updater.counts).toMatchObject({ pulses: 0, linePulses: 0 });
});

test('rows without pairs are refused by paired and taken by net', async () => {
  const single = lesson([[1, 0.5]], [[0.1, 0.2]]);
  const { updater } = await bench(paired(), 2, 2);
  expect(() => updater.update([single], 0.1)).toThrow(
    "blocks of rows for update 'paired' must be 2, positive rows above their negative ones (update 'per-pass' takes rows without pairs); got 1",
  );
  const { updater: other, cells } = await bench(net(), 2, 2);
  other.update([single], 0.1);
  expect(Math.abs(cells[0].net[0] + 10)).toBeLessThanOrEqual(1);
});

test.each([
  ['paired', paired()],
  ['net', net()],
])('%s: put back, the same pulses go on; an optimiser with memory is refused', async (name, plan) => {
  const [one, other] = await Promise.all([1, 2].map((seed) => bench(plan, 3, 2, { seed })));
  for (const { updater } of [one, other]) updater.update([taught], 0.02);
  other.updater.restore(one.updater.state());
  for (const { updater } of [one, other]) for (let k = 0; k < 9; k++) updater.update([taught, taught], 0.02);
  expect(other.updater.weights).toEqual(one.updater.weights);
  await expect(bench(plan, 3, 2, { optimiser: adam() })).rejects.toThrow(
    `optimiser of update '${name}' must be sgd`,
  );
});
