import { describe, expect, test } from 'vitest';
import type { OpEvent, TraceEvent } from '../../src/core/trace.ts';
import { lognormal } from '../../src/distributions/lognormal.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { simd } from '../../src/products/simd.ts';
import { weightsHash } from '../../src/report/files/safetensors.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { blocking } from '../../src/schedules/blocking.ts';
import { partime } from '../../src/schedules/partime.ts';
import { troubled } from './members.ts';
import { plainLoop } from './plain-loop.ts';
import { blockingBackprop, hashOf, predictionsOf, traceOf } from './runs.ts';

/** 24 frames; the twelfth is a partial one, so gradients meet frames of other sizes */
const framed: Pipeline = {
  ...blockingBackprop,
  products: simd(),
  epochs: 2,
  runningEvery: 3,
  schedule: partime(),
};

/** the stage of each layer */
const stagesOf = (trace: readonly TraceEvent[]): number[] => {
  const stages: number[] = [];
  for (const event of trace) if (event.kind === 'weights') stages[event.layer] = event.stage;
  return stages;
};

const learning = (trace: readonly TraceEvent[]) =>
  trace.filter((event): event is OpEvent => event.kind === 'op' && event.purpose === 'learn');

describe.each([2, 3])('PARTIME in %d stages', (p) => {
  test('ends with the bits of a plain loop in which gradients come down two frames late', async () => {
    const first = await traceOf(framed, inline({ stages: p }));
    const stages = stagesOf(first);
    const loop = await plainLoop(framed, {
      flush: 1,
      version: (i) => i,
      delay: (layer) => (stages[layer] === stages[layer + 1] ? 0 : 2),
    });
    expect(hashOf(first)).toBe(weightsHash(loop));
    const paused = framed.layers.map((layer) => troubled(layer, { pauseUpTo: 1 }));
    for (const [change, runtime] of [
      [{ capacity: 1 }, workers({ count: p })],
      [{ capacity: 8, layers: paused }, workers({ count: p })],
      [{}, virtual({ devices: p, jitter: lognormal(0.6), link: { latency: 20_000 } })],
    ] as const) {
      const trace = await traceOf({ ...framed, ...change }, runtime);
      expect(hashOf(trace)).toBe(hashOf(first));
      expect(predictionsOf(trace)).toEqual(predictionsOf(first));
      for (const op of ['F', 'B', 'W', 'U'] as const) {
        const own = learning(trace).filter((event) => event.op === op);
        for (let stage = 0; stage < p; stage++)
          expect(
            own.filter((event) => event.stage === stage).map((event) => [event.read, event.written]),
          ).toEqual(Array.from({ length: 24 }, (_, i) => [i, op === 'U' ? i + 1 : i]));
      }
      expect(new Set(learning(trace).map(({ versions }) => versions))).toEqual(new Set([1]));
    }
  });

  test('holds one frame a stage', async () => {
    const ops = learning(await traceOf({ ...framed, runningEvery: 0 }, workers({ count: p })));
    for (let stage = 0; stage < p; stage++) {
      const held = ops.filter((event) => event.stage === stage).map((event) => event.held);
      expect(Math.max(...held)).toBe(held[0]);
    }
  });
});

test('PARTIME in one stage is blocking', async () => {
  const one = async (schedule: Pipeline['schedule']) =>
    hashOf(await traceOf({ ...framed, schedule }, inline({ stages: 1 })));
  expect(await one(partime())).toBe(await one(blocking()));
});

test('a run with checkpoints is refused: what lies on the edges belongs to no state', async () => {
  await expect(traceOf(framed, inline({ stages: 2 }), { checkpointEvery: 4 })).rejects.toThrow(
    "schedule of a run with checkpoints must be one whose weights do not change while microbatches are under way; got 'partime'",
  );
});
