import { describe, expect, test } from 'vitest';
import type { OpEvent, TraceEvent } from '../../src/core/trace.ts';
import { lognormal } from '../../src/distributions/lognormal.ts';
import { inconsistency } from '../../src/measures/inconsistency.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { simd } from '../../src/products/simd.ts';
import { weightsHash } from '../../src/report/files/safetensors.ts';
import { inline } from '../../src/runtimes/inline.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { blocking } from '../../src/schedules/blocking.ts';
import { oneFOneB } from '../../src/schedules/one-f-one-b.ts';
import { paci } from '../../src/schedules/paci.ts';
import { pipedream } from '../../src/schedules/pipedream.ts';
import { peripheries } from '../../src/tiles/crossbar/periphery/presets.ts';
import { crossbar } from '../../src/tiles/crossbar.ts';
import { troubled } from './members.ts';
import { plainLoop } from './plain-loop.ts';
import { blockingBackprop, hashOf, predictionsOf, traceOf } from './runs.ts';

/** 12 microbatches, the last a partial one */
const gathering = (flush: number): Pipeline => ({
  ...blockingBackprop,
  products: simd(),
  runningEvery: 3,
  schedule: paci(),
  flush,
});
const count = 12;

/** the stage of each layer */
const stagesOf = (trace: readonly TraceEvent[]): number[] => {
  const stages: number[] = [];
  for (const event of trace) if (event.kind === 'weights') stages[event.layer] = event.stage;
  return stages;
};

/** updates behind the weights by which microbatch i goes forward, m = p − 1 − s microbatches before it comes back */
const forward = (k: number, m: number, i: number): number => Math.floor(Math.max(0, i - m) / k);
const back = (k: number, i: number): number => Math.floor(i / k);

describe.each([
  [2, 1],
  [3, 2],
  [3, 5],
])('PACI in %d stages, an update behind %d microbatches', (p, k) => {
  test('ends with the bits of a plain loop that goes back by newer weights, and tells which', async () => {
    const pipeline = gathering(k);
    const first = await traceOf(pipeline, inline({ stages: p }));
    const stages = stagesOf(first);
    const loop = await plainLoop(pipeline, {
      flush: k,
      version: (i, layer) => forward(k, p - 1 - stages[layer], i),
      back: (i) => back(k, i),
    });
    expect(hashOf(first)).toBe(weightsHash(loop));
    const paused = pipeline.layers.map((layer) => troubled(layer, { pauseUpTo: 1 }));
    for (const [change, runtime] of [
      [{ capacity: 1 }, workers({ count: p })],
      [{ capacity: 8, layers: paused }, workers({ count: p })],
      [{}, virtual({ devices: p, jitter: lognormal(0.6), link: { latency: 20_000 } })],
    ] as const) {
      const trace = await traceOf({ ...pipeline, ...change }, runtime);
      expect(hashOf(trace)).toBe(hashOf(first));
      expect(predictionsOf(trace)).toEqual(predictionsOf(first));
      mustTellWeights(trace, p, k);
    }
  });
});

/** F and B are ⌈(p − 1 − s) / k⌉ updates apart at most. */
function mustTellWeights(trace: readonly TraceEvent[], p: number, k: number): void {
  const ops = trace.filter((event): event is OpEvent => event.kind === 'op' && event.purpose === 'learn');
  const measured = inconsistency();
  for (const event of trace) measured.add(event);
  const told = measured.value();
  let sum = 0;
  for (let stage = 0; stage < p; stage++) {
    const m = p - 1 - stage;
    const own = ops.filter((event) => event.stage === stage);
    const read = (op: string) => own.filter((event) => event.op === op).map((event) => event.read);
    const all = Array.from({ length: count }, (_, i) => i);
    expect(read('F')).toEqual(all.map((i) => forward(k, m, i)));
    expect(read('B')).toEqual(all.map((i) => back(k, i)));
    expect(read('W')).toEqual(read('B'));
    expect(read('U')).toEqual(Array.from({ length: Math.ceil(count / k) }, (_, u) => u));
    const apart = read('B').map((version, i) => version - read('F')[i]);
    expect(Math.max(...apart)).toBe(Math.ceil(m / k));
    expect(told.most[stage]).toBe(Math.ceil(m / k));
    sum += apart.reduce((one, other) => one + other);
    expect(new Set(own.map(({ versions }) => versions))).toEqual(new Set([1]));
  }
  expect(told.mean).toBeCloseTo(sum / (p * count), 12);
}

test('PACI in one stage is 1F1B with as many microbatches a flush, and with one of them is blocking', async () => {
  const one = async (change: Partial<Pipeline>) =>
    hashOf(await traceOf({ ...gathering(4), ...change } as Pipeline, inline({ stages: 1 })));
  expect(await one({})).toBe(await one({ schedule: oneFOneB() }));
  expect(await one({ flush: 1 })).toBe(await one({ schedule: blocking(), flush: 1 }));
});

test('PACI that gathers the whole run is 1F1B that flushes it once', async () => {
  const flushed = await traceOf({ ...gathering(count), schedule: oneFOneB() }, inline({ stages: 3 }));
  expect(hashOf(await traceOf(gathering(count), workers({ count: 3 })))).toBe(hashOf(flushed));
});

test('going back by newer weights is felt: PACI ends otherwise than by the weights of F', async () => {
  const trace = await traceOf(gathering(2), inline({ stages: 3 }));
  const stages = stagesOf(trace);
  const stashed = await plainLoop(gathering(2), {
    flush: 2,
    version: (i, layer) => forward(2, 2 - stages[layer], i),
  });
  expect(hashOf(trace)).not.toBe(weightsHash(stashed));
});

test('tiles that keep no copies of their weights serve PACI, and not PipeDream', async () => {
  const tile = crossbar({ forward: peripheries.ideal, backward: peripheries.ideal });
  const on = (change: Partial<Pipeline>, runtime: Runtime) =>
    traceOf({ ...gathering(2), tile, ...change } as Pipeline, runtime);
  const trace = await on({}, workers({ count: 3 }));
  expect(hashOf(trace)).toBe(hashOf(await on({}, inline({ stages: 3 }))));
  mustTellWeights(trace, 3, 2);
  await expect(on({ schedule: pipedream(), flush: 1 }, inline({ stages: 3 }))).rejects.toThrow(
    'updates between F and B on a tile that keeps no copies must be 0; got 1',
  );
});
