import { describe, expect, test } from 'vitest';
import type { OpEvent, TraceEvent } from '../../src/core/trace.ts';
import { firstOf } from '../../src/data/dataset.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { plain } from '../../src/products/plain.ts';
import { simd } from '../../src/products/simd.ts';
import { weightsHash } from '../../src/report/files/safetensors.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { blocking } from '../../src/schedules/blocking.ts';
import { pipedream } from '../../src/schedules/pipedream.ts';
import { troubled } from './members.ts';
import { plainLoop } from './plain-loop.ts';
import { blockingBackprop, hashOf, test as held, predictionsOf, traceOf } from './runs.ts';

const asynchronous: Pipeline = {
  ...blockingBackprop,
  samples: firstOf(blockingBackprop.samples, 210),
  heldOut: { samples: firstOf(held, 45), every: 1 },
  epochs: 2,
  runningEvery: 3,
  schedule: pipedream(),
};

/** the stage of each layer */
const stagesOf = (trace: readonly TraceEvent[]): number[] => {
  const stages: number[] = [];
  for (const event of trace) if (event.kind === 'weights') stages[event.layer] = event.stage;
  return stages;
};

const stale = (p: number, i: number, stage: number) => Math.max(0, i - (p - 1 - stage));

describe.each([1, 2, 3])('PipeDream in %d stages', (p) => {
  test('ends with the bits of a plain loop whose gradients are p − 1 − s updates old', async () => {
    for (const products of [plain(), simd()]) {
      const pipeline = { ...asynchronous, products };
      const first = await traceOf(pipeline, inline({ stages: p }));
      const stages = stagesOf(first);
      const version = (i: number, layer: number) => stale(p, i, stages[layer]);
      const loop = weightsHash(await plainLoop(pipeline, { flush: 1, version }));
      const paused = pipeline.layers.map((layer) => troubled(layer, { pauseUpTo: 2 }));
      for (const [change, runtime] of [
        [{ capacity: 1 }, inline({ stages: p })],
        [{ capacity: 1 }, workers({ count: p })],
        [{ capacity: 8 }, workers({ count: p })],
        [{ layers: paused }, workers({ count: p })],
      ] as const) {
        const trace = await traceOf({ ...pipeline, ...change }, runtime);
        expect(hashOf(trace)).toBe(loop);
        expect(predictionsOf(trace)).toEqual(predictionsOf(first));
      }
      expect(hashOf(first)).toBe(loop);
    }
  });

  test('reads old weights and keeps as many versions as microbatches are under way', async () => {
    const ops = (await traceOf(asynchronous, workers({ count: p }))).filter(
      (event): event is OpEvent => event.kind === 'op' && event.purpose === 'learn',
    );
    for (let stage = 0; stage < p; stage++) {
      const own = ops.filter((event) => event.stage === stage);
      const of = (op: string) => own.filter((event) => event.op === op);
      const expected = Array.from({ length: 22 }, (_, i) => stale(p, i, stage));
      expect(of('F').map(({ read }) => read)).toEqual(expected);
      expect(of('B').map(({ read }) => read)).toEqual(expected);
      expect(of('U').map(({ read, written }) => [read, written])).toEqual(expected.map((_, i) => [i, i + 1]));
      const staleness = of('U').map(({ read }, i) => read - of('B')[i].read);
      expect(Math.max(...staleness)).toBe(p - 1 - stage);
      expect(Math.max(...own.map(({ versions }) => versions))).toBe(p - stage);
    }
  });
});

test('PipeDream in one stage is blocking', async () => {
  const one = await traceOf(asynchronous, inline({ stages: 1 }));
  const blocked = await traceOf({ ...asynchronous, schedule: blocking() }, inline());
  expect(hashOf(one)).toBe(hashOf(blocked));
  expect(predictionsOf(one)).toEqual(predictionsOf(blocked));
});

test('PipeDream in two stages ends otherwise than blocking', async () => {
  const two = await traceOf(asynchronous, inline({ stages: 2 }));
  expect(hashOf(two)).not.toBe(hashOf(await traceOf({ ...asynchronous, schedule: blocking() }, inline())));
});
