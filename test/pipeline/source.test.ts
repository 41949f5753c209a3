import { expect, test } from 'vitest';
import { whole } from '../../src/pipeline/pipeline.ts';
import { type Item, itinerary } from '../../src/pipeline/source.ts';
import { uniform } from '../runtimes/runs.ts';

const items = (of: object, rows = 4): Item[] => [...itinerary(whole({ ...uniform, ...of }), rows)];
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
