import { expect, test } from 'vitest';
import { random } from '../../src/core/random.ts';
import { goodnessBins, goodnessCounts, goodnessEdges } from '../../src/core/trace/goodness-counts.ts';
import type { TraceEvent } from '../../src/core/trace.ts';
import { forwardForwardAgain, recurrent } from '../../src/extend.ts';
import {
  forwardForward,
  inline,
  type Pipeline,
  pixels,
  type Runtime,
  virtual,
  workers,
} from '../../src/index.ts';
import { goodnessHistograms } from '../../src/report.ts';
import { activityOf, madeOf, shapeOf } from '../layers/workbench.ts';
import { hard, hashOf, traceOf, uniform } from '../runtimes/runs.ts';

const sum = (counts: readonly number[] = []): number => counts.reduce((a, b) => a + b, 0);

/** Where counts are above 0: bin to rows. */
const filled = (counts: readonly number[] = []): Record<number, number> =>
  Object.fromEntries(counts.flatMap((count, bin) => (count > 0 ? [[bin, count]] : [])));

test('bins meet at quarters of an octave: what lies on an edge is in the bin above it, and no size is left out', () => {
  expect(goodnessBins).toBe(78);
  expect([goodnessEdges[0], goodnessEdges[32], goodnessEdges[76]]).toEqual([2 ** -8, 1, 2 ** 11]);
  expect(goodnessEdges[34]).toBeCloseTo(Math.SQRT2, 12);
  const counted = goodnessCounts(
    [9, 0, 2 ** -8, 1, 1.4, 1.5, -4, 2 ** 11, Number.POSITIVE_INFINITY],
    1,
    8,
    1,
  );
  expect(filled(counted)).toEqual({ 0: 1, 1: 1, 33: 1, 34: 1, 35: 1, 41: 1, 77: 2 });
  expect(filled(goodnessCounts([2], 0, 1, 0.5))).toEqual({ 33: 1 });
});

test('a layer counts the mean squares of its positive rows and of its negative ones', async () => {
  const shape = shapeOf({ width: 2, streams: 2, candidates: 4, rows: 3 });
  const { layer } = await madeOf(forwardForward({ units: 2 }), shape);
  layer.load(
    layer
      .parameters()
      .map((one) => ({ ...one, data: Float32Array.of(...(one.data.length === 4 ? [1, 0, 0, 1] : [0, 0])) })),
  );
  const from = activityOf(shape, random(1));
  // (a² + b²) / 2 of each row: 2, 1 and 0, then 1, 5,000 and 1
  from.activity.set([2, 0, 1, 1, 0, 0, 1, 1, 100, 0, 1, 1]);
  layer.forward(from, undefined, layer.memory());
  expect(layer.figures?.()).not.toHaveProperty('positiveCounts');
  const { positiveCounts, negativeCounts, ...rest } = layer.figures?.(true) ?? {};
  expect(filled(positiveCounts)).toEqual({ 0: 1, 33: 1, 37: 1 });
  expect(filled(negativeCounts)).toEqual({ 33: 2, 77: 1 });
  expect(rest).toEqual(layer.figures?.());
});

/** What each layer told of the microbatches whose rows were counted, by layer and in their order. */
function counted(trace: readonly TraceEvent[]) {
  return trace
    .flatMap((event) => (event.kind === 'op' && event.op === 'F' ? [event] : []))
    .sort((a, b) => a.stage - b.stage || a.microbatch - b.microbatch)
    .flatMap(({ layers = [] }) => layers)
    .filter(({ positiveCounts }) => positiveCounts !== undefined)
    .map(({ layer, positiveCounts, negativeCounts }) => ({ layer, positiveCounts, negativeCounts }))
    .sort((a, b) => a.layer - b.layer);
}

const twice: Pipeline = { ...uniform, epochs: 2 };

test('the same rows are counted on every runtime, and change no bit of what is learned', async () => {
  const asked = (runtime: Runtime) => traceOf(twice, runtime, { goodnessEvery: 11 });
  const trace = await asked(inline());
  const plain = await traceOf(twice, inline());
  expect(counted(plain)).toEqual([]);
  expect(hashOf(trace)).toBe(hashOf(plain));
  const counts = counted(trace);
  // microbatches 0, 11 and 22 of both layers: 11, the last of its epoch, has 10 rows
  expect(counts.map(({ layer }) => layer)).toEqual([0, 0, 0, 1, 1, 1]);
  const rows = [20, 10, 20, 20, 10, 20];
  expect(counts.map(({ positiveCounts }) => sum(positiveCounts))).toEqual(rows);
  expect(counts.map(({ negativeCounts }) => sum(negativeCounts))).toEqual(rows);
  for (const runtime of [workers({ count: 2 }), virtual({ devices: 2 })]) {
    const other = await asked(runtime);
    expect(counted(other)).toEqual(counts);
    expect(hashOf(other)).toBe(hashOf(trace));
  }
  const measure = goodnessHistograms();
  for (const event of trace) measure.add(event);
  for (const { epochs } of measure.value())
    expect(epochs.map(({ from, microbatches, negative }) => [from, microbatches, sum(negative)])).toEqual([
      [0, 2, 30],
      [1, 1, 20],
    ]);
});

test('a run that goes on from a checkpoint counts the microbatches that the whole run counts', async () => {
  const whole = await traceOf(twice, inline(), { goodnessEvery: 7, checkpointEvery: 9 });
  const from = whole.find((event) => event.kind === 'checkpoint');
  expect(from?.microbatch).toBe(9);
  const rest = await traceOf(twice, inline(), { goodnessEvery: 7, from });
  const of = (layer: number, trace: readonly TraceEvent[]) =>
    counted(trace).filter((one) => one.layer === layer);
  // 0, 7, 14 and 21: the last two come behind the checkpoint
  for (const layer of [0, 1]) expect(of(layer, rest)).toEqual(of(layer, whole).slice(2));
});

test('layers that measure their updates, or settle, count their rows too; a readout has none', async () => {
  const again = {
    ...uniform,
    layers: [forwardForwardAgain({ units: 24, every: 1 }), forwardForward({ units: 16 })],
  };
  const settling = {
    ...uniform,
    encoding: pixels(),
    layers: [recurrent({ units: 12 }), recurrent({ units: 10 })],
  };
  for (const pipeline of [again, settling, hard]) {
    const counts = counted(await traceOf(pipeline, inline(), { goodnessEvery: 12 }));
    expect(counts.map(({ layer }) => layer)).toEqual(pipeline === hard ? [0, 1, 2] : [0, 1]);
    for (const { positiveCounts, negativeCounts } of counts)
      expect([sum(positiveCounts), sum(negativeCounts)]).toEqual([20, 20]);
  }
});

test('goodnessEvery is a whole number of microbatches', async () => {
  await expect(traceOf(uniform, inline(), { goodnessEvery: 0 })).rejects.toThrow(
    'goodnessEvery must be a whole number of microbatches, 1 or more; got 0',
  );
});
