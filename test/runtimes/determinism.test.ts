import { expect, test } from 'vitest';
import type { OpEvent, TraceEvent } from '../../src/core/trace.ts';
import { plainKernels } from '../../src/kernels/plain.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { simd } from '../../src/products/simd.ts';
import { inline } from '../../src/runtimes/inline.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { troubled } from './members.ts';
import {
  blockingBackprop,
  hard,
  hashOf,
  laggedGoodness,
  laggedReadout,
  local,
  moved,
  predictionsOf,
  traceOf,
  uniform,
  unlabelled,
} from './runs.ts';

const pipelines: readonly [string, Pipeline][] = [
  ['Forward-Forward with hard labels and a readout', hard],
  ['Forward-Forward with uniform labels', uniform],
  ['Forward-Forward on moved images', moved],
  ['Forward-Forward with labels by goodness, three updates late', laggedGoodness],
  ['Forward-Forward with labels by the readout, two updates late', laggedReadout],
  ['Forward-Forward without labels, on pairs of images', unlabelled],
  ['Mono-Forward with dropout', local],
  ['blocking backprop', blockingBackprop],
  ['Forward-Forward on SIMD tiles', { ...uniform, products: simd() }],
  ['blocking backprop with plain kernels', { ...blockingBackprop, kernels: plainKernels() }],
];

const withPauses = (pipeline: Pipeline, pauseUpTo: number): Pipeline => ({
  ...pipeline,
  layers: pipeline.layers.map((layer) => troubled(layer, { pauseUpTo })),
});

/** One run on threads of each pipeline, which several tests look at. */
const kept = new Map<Pipeline, Promise<TraceEvent[]>>();
function onThreads(pipeline: Pipeline): Promise<TraceEvent[]> {
  const trace = kept.get(pipeline) ?? traceOf(pipeline, workers());
  kept.set(pipeline, trace);
  return trace;
}

/** capacities (2 where nobody says), numbers of threads, and pauses; four workers are one a layer */
const ways: readonly [string, (pipeline: Pipeline) => Pipeline, Runtime][] = [
  ['all layers in one inline stage', (p) => p, inline({ stages: 1 })],
  ['workers, capacity 1', (p) => ({ ...p, capacity: 1 }), workers()],
  ['workers, capacity 8', (p) => ({ ...p, capacity: 8 }), workers()],
  ['one worker', (p) => p, workers({ count: 1 })],
  ['two workers', (p) => p, workers({ count: 2 })],
  ['workers that pause at random', (p) => withPauses(p, 3), workers()],
  ['workers that pause at random, capacity 1', (p) => withPauses({ ...p, capacity: 1 }, 2), workers()],
  ['inline stages that pause at random', (p) => withPauses(p, 1), inline()],
];

test.each(pipelines)('%s ends with the same bits, however it is run', async (_name, pipeline) => {
  const reference = await traceOf(pipeline, inline());
  const traces: [string, TraceEvent[]][] = [['workers, capacity 2', await onThreads(pipeline)]];
  for (const [name, change, runtime] of ways) traces.push([name, await traceOf(change(pipeline), runtime)]);
  if (pipeline.layers.length > 3)
    traces.push(['three workers', await traceOf(pipeline, workers({ count: 3 }))]);
  for (const [name, trace] of traces) {
    expect(hashOf(trace), name).toBe(hashOf(reference));
    expect(predictionsOf(trace), name).toEqual(predictionsOf(reference));
  }
});

test.each(pipelines)('%s ends otherwise with another seed', async (_name, pipeline) => {
  const [one, other] = [await traceOf(pipeline, inline()), await traceOf({ ...pipeline, seed: 8 }, inline())];
  expect(hashOf(other)).not.toBe(hashOf(one));
});

const opsOf = (trace: readonly TraceEvent[]) =>
  trace.filter((event): event is OpEvent => event.kind === 'op');

test.each(pipelines)('%s leaves a trace that holds together', async (_name, pipeline) => {
  const trace = await onThreads(pipeline);
  const stages = pipeline.layers.length;
  expect(trace[0]).toMatchObject({ kind: 'start', stages });
  for (let stage = 0; stage < stages; stage++) {
    const own = trace.filter(
      (event) => 'stage' in event && event.stage === stage && 'end' in event,
    ) as OpEvent[];
    for (const [i, event] of own.entries()) {
      expect(event.end).toBeGreaterThanOrEqual(event.start);
      if (i > 0) expect(event.start).toBeGreaterThanOrEqual(own[i - 1].end);
    }
    const ops = opsOf(own);
    let version = 0;
    for (const { op, read, written, purpose } of ops) {
      expect(read).toBe(version);
      version += op === 'U' ? 1 : 0;
      expect(written).toBe(version);
      if (op !== 'F') expect(purpose).toBe('learn');
    }
    const order = pipeline.layers[0].learns === 'backward' ? 'FBWU' : 'FWU';
    const learned = new Map<number, string>();
    for (const { op, microbatch, purpose } of ops) {
      if (purpose === 'learn') learned.set(microbatch, (learned.get(microbatch) ?? '') + op);
    }
    expect([...new Set(learned.values())]).toEqual([order]);
    expect(learned.size).toBe(12);
  }
  const arrived = new Map(
    trace.flatMap((event) => (event.kind === 'arrival' ? [[event.microbatch, event.start]] : [])),
  );
  for (const { op, microbatch, start } of opsOf(trace)) {
    if (op === 'F') expect(start).toBeGreaterThanOrEqual(arrived.get(microbatch) as number);
  }
});

test('a stage never forwards a microbatch before the stage below has', async () => {
  const ops = opsOf(await onThreads(hard)).filter(({ op }) => op === 'F');
  const started = new Map(ops.map(({ stage, microbatch, start }) => [`${stage} ${microbatch}`, start]));
  for (const { stage, microbatch, start } of ops) {
    if (stage > 0) expect(start).toBeGreaterThan(started.get(`${stage - 1} ${microbatch}`) as number);
  }
});

test('blocking backprop has one microbatch in flight: none starts before the one before has come down', async () => {
  const ops = opsOf(await onThreads(blockingBackprop)).filter(({ purpose }) => purpose === 'learn');
  const down = new Map(
    ops.filter(({ op, stage }) => op === 'U' && stage === 0).map((o) => [o.microbatch, o.end]),
  );
  const up = ops.filter(({ op, stage }) => op === 'F' && stage === 0);
  for (const [i, { start }] of up.entries()) {
    if (i > 0) expect(start).toBeGreaterThanOrEqual(down.get(up[i - 1].microbatch) as number);
  }
});

test('each layer makes the products that its rule needs, and no more', async () => {
  const perSample = async (pipeline: Pipeline) => {
    const trace = await traceOf({ ...pipeline, runningEvery: 0 }, inline());
    const macs = pipeline.layers.map(() => 0);
    for (const { stage, macs: made, purpose } of opsOf(trace)) if (purpose === 'learn') macs[stage] += made;
    return macs.map((sum) => sum / 230);
  };
  // first layer: one forward and one gradient for both rows of an image; the others two of each
  expect(await perSample(uniform)).toEqual([2 * 784 * 24, 4 * 24 * 16]);
  // neutral rows: one forward more, nothing learned of them; the readout forward and gradient
  expect(await perSample(hard)).toEqual([2 * 784 * 24, 5 * 24 * 16, 5 * 16 * 12, 2 * (16 + 12) * 10]);
  // forward and gradient; of the projection to the ten classes the input gradient too
  expect(await perSample(local)).toEqual([2 * 784 * 24 + 3 * 24 * 10, 2 * 24 * 16 + 3 * 16 * 10]);
  // forward, input gradient, weight gradient; the first layer has nobody to send an input gradient to
  expect(await perSample(blockingBackprop)).toEqual([2 * 784 * 24, 3 * 24 * 16, 3 * 16 * 10]);
});
