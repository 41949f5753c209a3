import { expect, test } from 'vitest';
import type { TraceEvent } from '../../src/core/trace.ts';
import { firstOf } from '../../src/data/dataset.ts';
import { adam } from '../../src/optimisers/adam.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import type { DatasetPipeline, Pipeline } from '../../src/pipeline/pipeline.ts';
import { weightsHash } from '../../src/report/files/safetensors.ts';
import { inline } from '../../src/runtimes/inline.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { oneFOneB } from '../../src/schedules/one-f-one-b.ts';
import type { SchedulePlan } from '../../src/schedules/schedule.ts';
import { zbH1 } from '../../src/schedules/zb-h1.ts';
import { zbH2 } from '../../src/schedules/zb-h2.ts';
import { troubled } from './members.ts';
import { flushing, plainLoop } from './plain-loop.ts';
import { blockingBackprop, hashOf, test as held, predictionsOf, traceOf } from './runs.ts';

const schedules: readonly [string, SchedulePlan][] = [
  ['gpipe', gpipe()],
  ['1f1b', oneFOneB()],
  ['zb-h1', zbH1()],
  ['zb-h2', zbH2()],
];

/** 22 microbatches: five flushes of four, and one of two; predictions of all kinds fall in the middle of flushes */
const flushed: DatasetPipeline = {
  ...blockingBackprop,
  samples: firstOf(blockingBackprop.samples, 210),
  heldOut: { samples: firstOf(held, 45), every: 1 },
  epochs: 2,
  runningEvery: 3,
  flush: 4,
};

const ways: readonly [string, Partial<Pipeline>, Runtime][] = [
  ['inline, one stage', {}, inline({ stages: 1 })],
  ['inline, capacity 1', { capacity: 1 }, inline()],
  ['one worker', {}, workers({ count: 1 })],
  ['two workers', { capacity: 3 }, workers({ count: 2 })],
  ['three workers, capacity 8', { capacity: 8 }, workers()],
  [
    'three workers that pause at random, capacity 1',
    { capacity: 1, layers: flushed.layers.map((layer) => troubled(layer, { pauseUpTo: 2 })) },
    workers(),
  ],
];

const reference = weightsHash(await plainLoop(flushed, flushing(4)));
const predicted = predictionsOf(await traceOf({ ...flushed, schedule: gpipe() }, inline()));

test.each(schedules)(
  'flushes by %s end with the bits of a plain loop that sums gradients, however they are run',
  async (_name, schedule) => {
    for (const [name, change, runtime] of ways) {
      const trace = await traceOf({ ...flushed, ...change, schedule }, runtime);
      expect(hashOf(trace), name).toBe(reference);
      expect(predictionsOf(trace), name).toEqual(predicted);
    }
  },
);

test.each(schedules)('with one microbatch a flush %s is blocking, bit for bit', async (_name, schedule) => {
  const one = { ...flushed, flush: 1 };
  const blocked = await traceOf(one, inline());
  const { flush: _, ...leftOut } = { ...flushed, schedule };
  for (const pipeline of [{ ...one, schedule }, leftOut]) {
    const trace = await traceOf(pipeline, inline());
    expect(hashOf(trace)).toBe(hashOf(blocked));
    expect(predictionsOf(trace)).toEqual(predictionsOf(blocked));
  }
});

const weightsOf = (trace: readonly TraceEvent[]) =>
  trace.flatMap((event) => (event.kind === 'weights' ? event.parameters : []));

test('a flush of five microbatches of four rows moves weights as one microbatch of twenty does, to 1e-5', async () => {
  // plain sgd: Adam would make of a gradient of about 0 a step of any sign
  const one = { ...flushed, epochs: 1, flush: 1, optimiser: sgd({ learningRate: 0.05, momentum: 0.9 }) };
  const samples = firstOf(one.samples, 200);
  const whole = weightsOf(await traceOf({ ...one, samples }, inline()));
  const parts = { ...one, samples, microbatch: 4, flush: 5, runningEvery: 0, schedule: oneFOneB() };
  const summed = weightsOf(await traceOf(parts, inline()));
  const { epochs: _, ...untouched } = one;
  const fresh = weightsOf(await traceOf({ ...untouched, epochs: 0 }, inline()));
  for (const [i, { name, data }] of whole.entries()) {
    const off = data.reduce((most, value, j) => Math.max(most, Math.abs(value - summed[i].data[j])), 0);
    const moved = data.reduce((most, value, j) => Math.max(most, Math.abs(value - fresh[i].data[j])), 0);
    expect(off, name).toBeLessThan(1e-5);
    expect(moved, name).toBeGreaterThan(1e-3);
  }
});

test('the learning rate falls by updates, not by microbatches', async () => {
  const falling = { ...flushed, optimiser: adam({ learningRate: 0.01, constantFor: 0 }) };
  const hash = weightsHash(await plainLoop(falling, flushing(4)));
  expect(hashOf(await traceOf({ ...falling, schedule: oneFOneB() }, inline()))).toBe(hash);
  const updates = (await traceOf({ ...falling, schedule: oneFOneB() }, inline())).filter(
    (event) => event.kind === 'op' && event.op === 'U' && event.stage === 0,
  );
  expect(updates.map((event) => 'rows' in event && event.rows)).toEqual([80, 80, 70, 80, 80, 30]);
});
