import { expect, test } from 'vitest';
import { Arena } from '../../src/core/memory/arena.ts';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { create as plainKernels } from '../../src/kernels/plain.ts';
import { adam } from '../../src/optimisers/adam.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import { create as plainProducts } from '../../src/products/plain.ts';
import { digital } from '../../src/tiles/digital.ts';
import { exact } from '../../src/updates/exact.ts';
import { frozen } from '../../src/updates/frozen.ts';
import { bench, lesson } from './bench.ts';

const first = lesson(
  [
    [1, 0, -2],
    [0.5, 1, 3],
  ],
  [
    [0.1, -0.2],
    [0.3, 0.4],
  ],
);
const second = lesson([[2, -1, 1]], [[-0.5, 0.25]]);

test('exact moves weights by the rate times the mean gradient of the lessons', async () => {
  const { updater } = await bench(exact(), 3, 2);
  updater.update([first], 0.1);
  const gradient = [0.25, 0, 0.3, 0.4, 0.7, 1.6];
  for (let i = 0; i < 6; i++) expect(updater.weights[i]).toBeCloseTo(-0.1 * gradient[i], 7);
  updater.update([first, second], 0.1);
  const both = [-0.75, 0.5, 0.8, 0.15, 0.2, 1.85];
  for (let i = 0; i < 6; i++) expect(updater.weights[i]).toBeCloseTo(-0.1 * gradient[i] - 0.05 * both[i], 6);
  expect(updater.counts).toMatchObject({ pulses: 0, macs: 6 * 2 + 6 * 3 });
});

test.each([
  ['plain sgd', sgd({ learningRate: 0.03 }), 0],
  ['adam', adam({ learningRate: 0.003, weightDecay: 0.01 }), 7],
  ['momentum', sgd({ learningRate: 0.03, momentum: 0.9 }), 7],
] as const)('exact with %s is the digital tile', async (_name, optimiser, digits) => {
  const { updater } = await bench(exact(), 3, 2, { optimiser });
  const arena = Arena.over();
  const place = { arena, kernels: plainKernels() };
  const maker = await make(digital(), { ...place, products: plainProducts({}, arena) });
  const [made, start] = [await make(optimiser), Float32Array.of(0.3, -0.2, 0.1, 0.7, -0.4, 0.05)];
  const shape = { name: 'layer0', inputs: 3, units: 2, weights: start };
  const context = { ...shape, random: random(1), optimiser: made, horizon: 100, clock: () => 0 };
  const tile = maker.tile(context);
  updater.program(start);
  for (let step = 0; step < 5; step++) {
    tile.correlate(first.x, first.delta);
    tile.correlate(second.x, second.delta);
    tile.update();
    updater.update([first, second], made.rate(step, 100));
    for (let i = 0; i < 6; i++)
      if (digits === 0) expect(updater.weights[i]).toBe(tile.weights()[i]);
      else expect(updater.weights[i]).toBeCloseTo(tile.weights()[i], digits);
  }
});

test('an exact updater put back goes on to the same bits', async () => {
  const optimiser = adam({ learningRate: 0.003 });
  const { updater } = await bench(exact(), 3, 2, { optimiser });
  updater.update([first], 0.01);
  const { updater: other } = await bench(exact(), 3, 2, { optimiser });
  other.restore(updater.state());
  for (const one of [updater, other]) one.update([second], 0.01);
  expect(other.weights).toEqual(updater.weights);
});

test('frozen weights stay as they were programmed', async () => {
  const { updater } = await bench(frozen(), 3, 2);
  const start = Float32Array.of(1, 2, 3, 4, 5, 6);
  updater.program(start);
  updater.update([first], 10);
  expect([...updater.weights]).toEqual([...start]);
});
