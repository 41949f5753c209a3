import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainKernels } from '../../src/kernels/plain.ts';
import { whole } from '../../src/pipeline/pipeline.ts';
import { type Item, itinerary } from '../../src/pipeline/source.ts';
import { uniform } from '../runtimes/runs.ts';

const items = (of: object, rows = 4): Item[] => [
  ...itinerary(whole({ ...uniform, ...of }, plainKernels()), rows),
];
const learned = (list: readonly Item[], epoch: number) =>
  list.filter((item) => item.of === 'samples' && item.epoch === epoch).flatMap(({ indices }) => [...indices]);

test('each epoch learns every sample once, in an order of its own that the seed decides', () => {
  const [first, second] = [learned(items({ epochs: 2 }), 0), learned(items({ epochs: 2 }), 1)];
  const all = Array.from({ length: 230 }, (_, i) => i);
  expect([...first].sort((a, b) => a - b)).toEqual(all);
  expect([...second].sort((a, b) => a - b)).toEqual(all);
  expect(second).not.toEqual(first);
  expect(learned(items({}), 0)).toEqual(first);
  expect(learned(items({ seed: 8 }), 0)).not.toEqual(first);
});

test('the last microbatch of an epoch has the rest', () => {
  const sizes = items({ runningEvery: 0 })
    .filter(({ of }) => of === 'samples')
    .map(({ indices }) => indices.length);
  expect(sizes).toEqual([...new Array(11).fill(20), 10]);
});

test('running predictions are of samples that the very next microbatch learns', () => {
  const list = items({ runningEvery: 4 });
  const running = list.flatMap((item, i) => (item.of === 'running' ? [i] : []));
  expect(running).toHaveLength(3);
  for (const i of running) {
    expect(list[i].purpose).toBe('goodness');
    expect(list[i + 1].of).toBe('samples');
    expect([...list[i].indices]).toEqual([...list[i + 1].indices.subarray(0, 4)]);
  }
  expect(items({ runningEvery: 0 }).some(({ of }) => of === 'running')).toBe(false);
});

test('the test set comes last, whole and in order; without one or without epochs there is that much less', () => {
  const tested = items({}).filter(({ of }) => of === 'test');
  expect(tested.flatMap(({ indices }) => [...indices])).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(items({}).at(-1)?.of).toBe('test');
  expect(items({ test: undefined }).some(({ of }) => of === 'test')).toBe(false);
  expect(items({ epochs: 0 }).every(({ of }) => of === 'test')).toBe(true);
});

test('the first microbatch is predicted before it is learned, then every so many, counted on from epoch to epoch', () => {
  const list = items({ runningEvery: 5, epochs: 2 }).filter(({ of }) => of !== 'test');
  const before = list
    .flatMap((item, i) => (item.of === 'running' ? [i] : []))
    .map((i, running) => i - running);
  expect(before).toEqual([0, 5, 10, 15, 20]); // 12 microbatches an epoch
  const first = list.findIndex(({ of, epoch }) => of === 'running' && epoch === 1);
  expect(list[first + 1].epoch).toBe(1);
});

test('predictions of either kind are made the way the pipeline says, what is learned is learned', () => {
  for (const predictBy of ['goodness', 'onePass'] as const) {
    for (const { of, purpose } of items({ predictBy })) {
      expect(purpose).toBe(of === 'samples' ? 'learn' : predictBy);
    }
  }
});

test('a prediction holds no more samples than it may, and the test set comes after the last epoch', () => {
  const list = items({ epochs: 3 }, 7);
  expect(list.filter(({ of }) => of === 'running').every(({ indices }) => indices.length === 7)).toBe(true);
  const tested = list.filter(({ of }) => of === 'test');
  expect(tested.map(({ indices }) => indices.length)).toEqual([...new Array(7).fill(7), 1]);
  expect(tested.every(({ epoch, from }) => epoch === 3 && from === uniform.test)).toBe(true);
});

test('any size, number of epochs and seed: every sample is learned once an epoch, epoch after epoch', () => {
  const of = fc.record({
    microbatch: fc.integer({ min: 1, max: 300 }),
    epochs: fc.integer({ min: 0, max: 4 }),
    seed: fc.nat(),
    runningEvery: fc.integer({ min: 0, max: 9 }),
  });
  fc.assert(
    fc.property(of, fc.integer({ min: 1, max: 40 }), (pipeline, rows) => {
      const list = items(pipeline, rows);
      const epochs = list.map(({ epoch }) => epoch);
      expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
      for (let epoch = 0; epoch < pipeline.epochs; epoch++) {
        expect(learned(list, epoch).sort((a, b) => a - b)).toEqual(Array.from({ length: 230 }, (_, i) => i));
      }
    }),
    { numRuns: 30 },
  );
});
