import { lastValueFrom, tap, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { make } from '../../src/core/plan.ts';
import type { OpEvent, TraceEvent, WaitEvent } from '../../src/core/trace.ts';
import { firstOf } from '../../src/data/dataset.ts';
import { stepsOf } from '../../src/graph/order.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { crossEntropyHead } from '../../src/layers/softmax.ts';
import type { DatasetPipeline, Pipeline } from '../../src/pipeline/pipeline.ts';
import { weightsHash } from '../../src/report/files/safetensors.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { interleaved } from '../../src/schedules/interleaved.ts';
import { oneFOneB } from '../../src/schedules/one-f-one-b.ts';
import type { SchedulePlan } from '../../src/schedules/schedule.ts';
import { zbV } from '../../src/schedules/zb-v.ts';
import { StageError } from '../../src/work/stage-error.ts';
import { troubled } from './members.ts';
import { flushing, plainLoop } from './plain-loop.ts';
import { blockingBackprop, failureOf, hashOf, test as held, predictionsOf, traceOf, train } from './runs.ts';

const hidden = (...units: number[]) => [...units.map((n) => backprop({ units: n })), crossEntropyHead()];

/** 22 microbatches: five flushes of four, and one of two; predictions of all kinds fall in the middle of flushes */
const six: DatasetPipeline = {
  ...blockingBackprop,
  layers: hidden(24, 20, 18, 16, 14),
  samples: firstOf(blockingBackprop.samples, 210),
  heldOut: { samples: firstOf(held, 45), every: 1 },
  epochs: 2,
  runningEvery: 3,
  flush: 4,
};
const four: Pipeline = { ...six, layers: hidden(24, 20, 16) };

/** each on two devices, with its stages */
const members: readonly [string, Pipeline, number][] = [
  ['interleaved, two chunks of four layers', { ...four, schedule: interleaved() }, 4],
  ['interleaved, two chunks of six layers', { ...six, schedule: interleaved() }, 4],
  ['interleaved, three chunks of six layers', { ...six, schedule: interleaved({ chunks: 3 }) }, 6],
  ['zb-v of four layers', { ...four, schedule: zbV() }, 4],
  ['zb-v of six layers', { ...six, schedule: zbV() }, 4],
];

const paused = (pipeline: Pipeline, pauseUpTo: number): Partial<Pipeline> => ({
  layers: pipeline.layers.map((layer) => troubled(layer, { pauseUpTo })),
});

const ways: readonly [string, (pipeline: Pipeline) => Partial<Pipeline>, Runtime][] = [
  ['inline, one device', () => ({}), inline({ stages: 1 })],
  ['inline, capacity 1', () => ({ capacity: 1 }), inline({ stages: 2 })],
  ['inline, pauses', (p) => paused(p, 0.5), inline({ stages: 2 })],
  ['one worker', () => ({}), workers({ count: 1 })],
  ['two workers, capacity 1', () => ({ capacity: 1 }), workers({ count: 2 })],
  ['two workers, capacity 8', () => ({ capacity: 8 }), workers({ count: 2 })],
  ['two workers that pause at random', (p) => paused(p, 1), workers({ count: 2 })],
  [
    'two workers that pause at random, capacity 1',
    (p) => ({ ...paused(p, 1), capacity: 1 }),
    workers({ count: 2 }),
  ],
];

const traceBy = (pipeline: Pipeline, schedule: SchedulePlan) =>
  traceOf({ ...pipeline, schedule }, inline({ stages: 2 }));

test.each(members)(
  '%s ends with the bits of gpipe, 1f1b and a plain loop, and predicts alike, however it is run',
  async (_name, pipeline, stages) => {
    const reference = weightsHash(await plainLoop(pipeline, flushing(4)));
    const flushed = await traceBy(pipeline, gpipe());
    expect(hashOf(flushed)).toBe(reference);
    expect(hashOf(await traceBy(pipeline, oneFOneB()))).toBe(reference);
    for (const [name, change, runtime] of ways) {
      const trace = await traceOf({ ...pipeline, ...change(pipeline) }, runtime);
      expect(hashOf(trace), name).toBe(reference);
      expect(predictionsOf(trace), name).toEqual(predictionsOf(flushed));
      if (name.includes('two workers')) expect(trace[0]).toMatchObject({ kind: 'start', stages });
    }
  },
);

/** predictions before every microbatch, more in a row than links hold, at the end and in the middle of flushes */
const curious: Pipeline = {
  ...six,
  microbatch: 6,
  samples: firstOf(six.samples, 6 * 14),
  heldOut: { samples: firstOf(held, 50), every: 1 },
  epochs: 3,
  runningEvery: 1,
  capacity: 1,
};

test.each([
  ['interleaved', interleaved()],
  ['interleaved, three chunks', interleaved({ chunks: 3 })],
  ['zb-v', zbV()],
] as const)('predictions hold nothing up, however many there are, by %s', async (_name, schedule) => {
  for (const flush of [2, 6, 14]) {
    const expected = await traceOf({ ...curious, flush, schedule: gpipe() }, inline());
    for (const runtime of [inline({ stages: 2 }), workers({ count: 2 })]) {
      const trace = await traceOf({ ...curious, flush, schedule }, runtime);
      expect(hashOf(trace)).toBe(hashOf(expected));
      expect(predictionsOf(trace)).toEqual(predictionsOf(expected));
    }
  }
});

const quiet = (pipeline: Pipeline): Pipeline => {
  const { heldOut: _, test: __, ...rest } = pipeline;
  return { ...rest, samples: firstOf(train, 220), runningEvery: 0, capacity: 1 };
};

const opsOf = (trace: readonly TraceEvent[]) =>
  trace.filter((event): event is OpEvent => event.kind === 'op' && event.purpose === 'learn');

/** the device of each stage */
const layouts: readonly [string, SchedulePlan, readonly number[]][] = [
  ['interleaved', interleaved(), [0, 1, 0, 1]],
  ['interleaved, three chunks', interleaved({ chunks: 3 }), [0, 1, 0, 1, 0, 1]],
  ['zb-v', zbV(), [0, 1, 1, 0]],
];

describe.each(layouts)('%s', (_name, plan, way) => {
  const pipeline = quiet({ ...six, schedule: plan });
  const chunkOf = (stage: number) => way.slice(0, stage).filter((device) => device === way[stage]).length;

  test('each device keeps its order, and one op at a time', async () => {
    const schedule = await make(plan);
    const ops = opsOf(await traceOf(pipeline, workers({ count: 2 }))).sort((a, b) => a.start - b.start);
    for (const device of [0, 1]) {
      const own = ops.filter(({ stage }) => way[stage] === device);
      const order = stepsOf(schedule, { device, devices: 2, microbatches: 22, flush: 4 });
      expect(own.map(({ op, stage }) => `${op}${chunkOf(stage)}`)).toEqual(
        [...order].map(({ op, chunk }) => `${op}${chunk}`),
      );
      for (const [i, { start }] of own.entries()) {
        if (i > 0) expect(start).toBeGreaterThanOrEqual(own[i - 1].end);
      }
    }
  });

  test('a stage holds as many activities as the order says', async () => {
    const schedule = await make(plan);
    const ops = opsOf(await traceOf(pipeline, inline({ stages: 2 })));
    for (const [stage, device] of way.entries()) {
      let most = 0;
      let now = 0;
      for (const { op, chunk } of stepsOf(schedule, { device, devices: 2, microbatches: 22, flush: 4 })) {
        if (chunk !== chunkOf(stage)) continue;
        now += op === 'F' ? 1 : op === 'W' ? -1 : 0;
        most = Math.max(most, now);
      }
      const bytes = ops.filter((event) => event.stage === stage).map((event) => event.held);
      expect(Math.max(...bytes) / bytes[0], `stage ${stage}`).toBe(most);
    }
  });

  test('a device waits with all its stages', async () => {
    const trace = await traceOf(pipeline, workers({ count: 2 }));
    const waits = (stage: number) =>
      trace
        .filter((event): event is WaitEvent => event.kind === 'starved' || event.kind === 'blocked')
        .filter((event) => event.stage === stage)
        .map(({ kind, start, end }) => ({ kind, start, end }));
    for (const device of [0, 1]) {
      const [one, other] = way.flatMap((of, stage) => (of === device ? [waits(stage)] : []));
      const shorter = Math.min(one.length, other.length) - 1;
      expect(shorter).toBeGreaterThan(0);
      // the last ones end when their stage does
      expect(one.slice(0, shorter)).toEqual(other.slice(0, shorter));
    }
  });

  test.each([
    ['inline', inline({ stages: 2 }), [21, 22, 23, 24, 26]],
    ['workers', workers({ count: 2 }), [21, 23, 26]],
  ])(
    'aborted in the middle of a flush it updates with what is inside, and ends, %s',
    async (_, runtime, places) => {
      for (const at of places) {
        const abort = new AbortController();
        const long = { ...pipeline, heldOut: six.heldOut, epochs: 1000, runningEvery: 2 } as Pipeline;
        const trace = await lastValueFrom(
          run(long, runtime, { signal: abort.signal }).pipe(
            tap((event) => event.kind === 'arrival' && event.microbatch === at && abort.abort()),
            toArray(),
          ),
        );
        const came = trace.filter((event) => event.kind === 'arrival');
        const arrived = came.filter(({ purpose }) => purpose === 'learn').length;
        expect(came.length).toBeLessThan(70);
        for (const stage of way.keys()) {
          const own = opsOf(trace).filter((event) => event.stage === stage);
          const count = (kind: string) => own.filter(({ op }) => op === kind).length;
          expect([count('F'), count('B'), count('W')]).toEqual([arrived, arrived, arrived]);
          expect(count('U')).toBe(Math.ceil(arrived / 4));
          expect(own.at(-1)?.op).toBe('U');
        }
        const scored = trace.filter((event) => event.kind === 'prediction').length;
        expect(scored).toBe(came.length - arrived);
      }
    },
  );

  test.each([
    ['inline', inline({ stages: 2 })],
    ['workers', workers({ count: 2 })],
  ])('a stage that throws ends the run with its place, %s', async (_, runtime) => {
    const layers = pipeline.layers.map((layer, i) =>
      i === 5 ? troubled(layer, { at: 9, with: 'throw' }) : layer,
    );
    const { error } = await failureOf({ ...pipeline, layers }, runtime);
    expect(error).toBeInstanceOf(StageError);
    expect((error as Error).message).toBe(`stage ${way.length - 1}, microbatch 9, op F: the lamp went out`);
    const made = pipeline.layers.map((layer, i) => (i === 5 ? troubled(layer, { making: 'throws' }) : layer));
    const unmade = await failureOf({ ...pipeline, layers: made }, runtime);
    expect((unmade.error as Error).message).toBe(`stage ${way.length - 1}: no lamp in the box`);
  });

  test('a thread that dies ends the run with the stage that it was at', async () => {
    const layers = pipeline.layers.map((layer, i) =>
      i === 5 ? troubled(layer, { at: 9, with: 'exit' }) : layer,
    );
    const { error } = await failureOf({ ...pipeline, layers }, workers({ count: 2 }));
    expect((error as Error).message).toMatch(
      new RegExp(`^stage ${way.length - 1}, microbatch 9: its thread died before its work was done`),
    );
  });
});

test('without a number of devices there are as many as the layers fill', async () => {
  const stages = async (pipeline: Pipeline, runtime: Runtime) => {
    const [start] = await traceOf(quiet({ ...pipeline, epochs: 0 }), runtime);
    return start.kind === 'start' ? start.stages : 0;
  };
  // worker threads are capped by the cores
  for (const runtime of [inline(), virtual()]) {
    expect(await stages({ ...six, flush: 6, schedule: interleaved() }, runtime)).toBe(6);
    expect(await stages({ ...six, schedule: interleaved({ chunks: 3 }) }, runtime)).toBe(6);
    expect(await stages({ ...six, schedule: interleaved({ chunks: 4 }) }, runtime)).toBe(4);
    expect(await stages({ ...six, layers: hidden(24, 20, 18, 16), schedule: zbV() }, runtime)).toBe(4);
    expect(await stages({ ...six, schedule: interleaved({ chunks: 1 }), flush: 6 }, runtime)).toBe(6);
  }
});

const refusals: readonly [string, Pipeline, number | undefined][] = [
  [
    'stages of interleaved-1f1b must be at most 4, the layers; got 6',
    { ...four, schedule: interleaved({ chunks: 3 }) },
    2,
  ],
  [
    'stages of interleaved-1f1b must be at most 4, the layers; got 5',
    { ...four, schedule: interleaved({ chunks: 5 }) },
    undefined,
  ],
  ['stages of zb-v must be at most 4, the layers; got 6', { ...four, schedule: zbV() }, 3],
  ['workers must be at most 4, the number of layers; got 5', { ...four, schedule: interleaved() }, 5],
  ['workers must be a whole number, 1 or more; got 0', { ...four, schedule: interleaved() }, 0],
  [
    'microbatches of interleaved-1f1b must be a multiple of 2, the devices; got 3',
    { ...four, flush: 3, schedule: interleaved() },
    2,
  ],
  [
    'in the last flush microbatches of interleaved-1f1b must be a multiple of 2, the devices; got 1',
    { ...four, epochs: 1, flush: 10, schedule: interleaved() },
    2,
  ],
];

test.each(refusals)('%s', async (sentence, pipeline, count) => {
  const runtimes =
    count === undefined ? [inline(), workers()] : [inline({ stages: count }), workers({ count })];
  for (const runtime of runtimes) {
    const { error } = await failureOf(pipeline, runtime);
    expect((error as Error).message).toBe(sentence);
  }
});
