import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Item, itinerary } from '../../src/ends/itinerary.ts';
import { plainKernels } from '../../src/kernels/plain.ts';
import { laggedLabel } from '../../src/negatives/lagged-label.ts';
import { resolve } from '../../src/pipeline/resolve.ts';
import { hard, uniform } from '../runtimes/runs.ts';

const items = (of: object, rows = 4, asked = rows): Item[] => [
  ...itinerary(resolve({ ...uniform, ...of }, plainKernels()), { rows, asked }),
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

test('the test set comes last, resolve and in order; without one or without epochs there is that much less', () => {
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
    for (const { of, purpose } of items({ ...hard, predictBy })) {
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

const asking = (lag: number, of: object = {}) =>
  items({ negatives: laggedLabel({ lag }), epochs: 2, runningEvery: 5, ...of });

test('negatives that the source draws are asked for `lag` microbatches ahead, each sample once and in order', () => {
  for (const lag of [0, 1, 3, 30]) {
    const list = asking(lag);
    const learns = list.flatMap((item, i) => (item.of === 'samples' ? [{ item, i }] : []));
    const asks = list.flatMap((item, i) => (item.of === 'negatives' ? [{ item, i }] : []));
    const samplesOf = (all: readonly { item: Item }[]) => all.flatMap(({ item }) => [...item.indices]);
    expect(samplesOf(asks)).toEqual(samplesOf(learns));
    let asked = 0;
    for (const [k, { item }] of learns.entries()) {
      for (let left = item.indices.length; left > 0; ) {
        const { item: ask, i } = asks[asked++];
        expect(ask.purpose).toBe('goodness');
        expect(ask.epoch).toBe(item.epoch);
        if (k >= lag) expect(i).toBeLessThan(learns[k - lag].i);
        if (k > lag) expect(i).toBeGreaterThan(learns[k - lag - 1].i);
        left -= ask.indices.length;
      }
    }
  }
});

test('what asks for negatives changes nothing in the rest of the itinerary', () => {
  const rest = asking(3).filter(({ of }) => of !== 'negatives');
  expect(rest).toEqual(items({ epochs: 2, runningEvery: 5 }));
});

test('what asks holds as many samples as it may, which for a readout are all of a microbatch', () => {
  const list = items({ negatives: laggedLabel({ lag: 1 }), runningEvery: 0 }, 4, 20);
  const asks = list.filter(({ of }) => of === 'negatives');
  expect(asks.map(({ indices }) => indices.length)).toEqual([...new Array(11).fill(20), 10]);
});

test('prequential: before each microbatch all its samples are predicted, in as many microbatches as that takes', () => {
  const list = items({ runningEvery: 0, prequential: true, epochs: 2 }, 7).filter(({ of }) => of !== 'test');
  let predicted: number[] = [];
  for (const { of, indices } of list) {
    if (of === 'running') {
      expect(indices.length).toBeLessThanOrEqual(7);
      predicted.push(...indices);
    } else {
      expect(predicted).toEqual([...indices]);
      predicted = [];
    }
  }
  expect(list.filter(({ of }) => of === 'running')).toHaveLength(2 * (11 * 3 + 2));
});

test('from microbatch k on it is what comes right after microbatch k − 1', () => {
  const heldOut = { samples: { ...uniform.samples, name: 'held' }, every: 2 };
  for (const more of [
    { heldOut },
    { heldOut, negatives: laggedLabel({ lag: 3 }) },
    { prequential: true, runningEvery: 0 },
  ]) {
    const resolved = resolve({ ...uniform, epochs: 3, ...more }, plainKernels());
    const room = { rows: 4, asked: 9 };
    const all = [...itinerary(resolved, room)];
    const learns = all.flatMap((item, i) => (item.purpose === 'learn' ? [i] : []));
    for (const k of [1, 5, 11, 12, 13, 24, 35, 36]) {
      expect([...itinerary(resolved, room, k)]).toEqual(all.slice(learns[k - 1] + 1));
    }
  }
});

test('held-out samples are also predicted after the last microbatch, where that is in the middle of an epoch', () => {
  const heldOut = { samples: uniform.samples, every: 1 };
  const held = items({ heldOut, microbatches: 17 }, 1000).filter(({ of }) => of === 'held');
  expect(held.map(({ epoch }) => epoch)).toEqual([1, 2]);
});
