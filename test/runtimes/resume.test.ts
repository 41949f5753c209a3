import { firstValueFrom, lastValueFrom, takeWhile, tap, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/core/random.ts';
import type { CheckpointEvent, TraceEvent } from '../../src/core/trace.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { interleaved } from '../../src/schedules/interleaved.ts';
import { oneFOneB } from '../../src/schedules/one-f-one-b.ts';
import { pipedream } from '../../src/schedules/pipedream.ts';
import { zbH1 } from '../../src/schedules/zb-h1.ts';
import { zbV } from '../../src/schedules/zb-v.ts';
import {
  blockingBackprop,
  hard,
  hashOf,
  laggedGoodness,
  laggedReadout,
  local,
  moved,
  traceOf,
  uniform,
  unlabelled,
} from './runs.ts';

const twice = (pipeline: Pipeline): Pipeline => ({ ...pipeline, epochs: 2 });
const flushed = (schedule: Pipeline['schedule'], flush: number): Pipeline => ({
  ...twice(blockingBackprop),
  schedule,
  flush,
});

/** Rules, schedules, negatives, dropout, augmentation. */
const pipelines: readonly (readonly [string, Pipeline])[] = [
  ['hard labels, a readout, peer normalisation', twice(hard)],
  ['uniform labels and momentum', twice(uniform)],
  ['moved images and dropout of pixels', { ...twice(moved), inputDropout: 0.2 }],
  ['labels by goodness, three updates late', twice(laggedGoodness)],
  ['labels by the readout, two updates late', twice(laggedReadout)],
  ['pairs of images without labels', twice(unlabelled)],
  ['Mono-Forward with dropout', twice(local)],
  ['blocking backprop', twice(blockingBackprop)],
  ['gpipe', flushed(gpipe(), 4)],
  ['1f1b', flushed(oneFOneB(), 3)],
  ['zb-h1', flushed(zbH1(), 4)],
  [
    'interleaved-1f1b',
    {
      ...flushed(interleaved(), 4),
      layers: [
        ...blockingBackprop.layers.slice(0, 1),
        ...blockingBackprop.layers.slice(0, 1),
        ...blockingBackprop.layers.slice(1),
      ],
    },
  ],
  [
    'zb-v',
    {
      ...flushed(zbV(), 4),
      layers: [
        ...blockingBackprop.layers.slice(0, 1),
        ...blockingBackprop.layers.slice(0, 1),
        ...blockingBackprop.layers.slice(1),
      ],
    },
  ],
];

const isCheckpoint = (event: TraceEvent): event is CheckpointEvent => event.kind === 'checkpoint';

/** A run that is dropped at its `at`-th event, as a killed process drops it: the newest checkpoint that had come. */
async function killedAt(at: number, pipeline: Pipeline, runtime: Runtime, every: number) {
  let newest: CheckpointEvent | undefined;
  let count = 0;
  const events = run(pipeline, runtime, { checkpointEvery: every }).pipe(
    tap((event) => {
      if (isCheckpoint(event)) newest = structuredClone(event);
    }),
    takeWhile(() => ++count < at, true),
  );
  await lastValueFrom(events);
  return newest;
}

/** A run that is told to stop once `at` microbatches were sent: its last checkpoint. */
async function stoppedAt(at: number, pipeline: Pipeline, runtime: Runtime) {
  const stop = new AbortController();
  let sent = 0;
  const options = { checkpointEvery: Number.POSITIVE_INFINITY, signal: stop.signal };
  const events = run(pipeline, runtime, options).pipe(
    tap((event) => {
      if (event.kind === 'arrival' && event.purpose === 'learn' && ++sent === at) stop.abort();
    }),
    toArray(),
  );
  return structuredClone((await lastValueFrom(events)).filter(isCheckpoint).at(-1));
}

const resumedHash = async (pipeline: Pipeline, runtime: Runtime, from: CheckpointEvent | undefined) =>
  hashOf(await lastValueFrom(run(pipeline, runtime, { from }).pipe(toArray())));

describe.each(pipelines)('%s', (name, pipeline) => {
  test('stopped anywhere and gone on with, in one thread, it ends with the undisturbed bits', async () => {
    const whole = await traceOf(pipeline, inline());
    const draw = random(4).fork(name);
    for (let i = 0; i < 4; i++) {
      const every = 1 + draw.whole(9);
      const killed = await killedAt(2 + draw.whole(whole.length - 2), pipeline, inline(), every);
      expect(await resumedHash(pipeline, inline(), killed)).toBe(hashOf(whole));
      const stopped = await stoppedAt(1 + draw.whole(16), pipeline, inline());
      expect(stopped?.microbatch).toBeGreaterThan(0);
      expect(await resumedHash(pipeline, inline(), stopped)).toBe(hashOf(whole));
    }
  });
});

test('a checkpoint of one runtime goes on in another, on other devices', async () => {
  const pipeline = twice(hard);
  const whole = hashOf(await traceOf(pipeline, inline()));
  const stopped = await killedAt(150, pipeline, workers({ count: 3 }), 5);
  expect(stopped?.microbatch).toBeGreaterThan(0);
  expect(await resumedHash(pipeline, workers({ count: 2 }), stopped)).toBe(whole);
  expect(await resumedHash(pipeline, virtual(), stopped)).toBe(whole);
  const timed = await killedAt(150, pipeline, virtual(), 5);
  expect(timed?.microbatch).toBeGreaterThan(0);
  expect(await resumedHash(pipeline, inline({ stages: 1 }), timed)).toBe(whole);
});

test('a run that is resumed at its end learns nothing more and predicts its test set', async () => {
  const end = await stoppedAt(1e9, uniform, inline());
  expect(end).toBeUndefined(); // it was not stopped, so nothing was to be kept
  const last = await killedAt(1e9, uniform, inline(), 4);
  expect(last?.microbatch).toBe(12);
  const trace = await lastValueFrom(run(uniform, inline(), { from: last }).pipe(toArray()));
  expect(trace.filter(({ kind }) => kind === 'op')).not.toEqual([]);
  expect(trace.some((event) => event.kind === 'op' && event.purpose === 'learn')).toBe(false);
  expect(trace.some((event) => event.kind === 'prediction' && event.of === 'test')).toBe(true);
  expect(hashOf(trace)).toBe(hashOf(await traceOf(uniform, inline())));
});

test('what can not be resumed is refused in one sentence', async () => {
  const refusal = (pipeline: Pipeline, options: object) =>
    firstValueFrom(run(pipeline, inline(), options)).catch((error: Error) => error.message);
  expect(await refusal({ ...blockingBackprop, schedule: pipedream() }, { checkpointEvery: 2 })).toBe(
    "schedule of a run with checkpoints must be one whose weights do not change while microbatches are under way; got 'pipedream'",
  );
  expect(await refusal(uniform, { checkpointEvery: 0 })).toMatch(/^checkpointEvery must be a whole number/);
  expect(await refusal(uniform, { from: { microbatch: 13, state: {} } })).toBe(
    'microbatch of the checkpoint must be at most 12, those of the run; got 13',
  );
  expect(await refusal(flushed(gpipe(), 4), { from: { microbatch: 6, state: {} } })).toBe(
    'microbatch of the checkpoint must be a multiple of 4, the flush; got 6',
  );
  expect(await refusal(uniform, { from: { microbatch: 3, state: {} } })).toMatch(
    "state 'position' must be an array of 2 numbers; got 'none'",
  );
});
