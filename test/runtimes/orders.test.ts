import { lastValueFrom, tap, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { OpEvent, TraceEvent } from '../../src/core/trace.ts';
import { firstOf } from '../../src/data/dataset.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { weightsHash } from '../../src/report/files/safetensors.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { blocking } from '../../src/schedules/blocking.ts';
import { chimera } from '../../src/schedules/chimera.ts';
import { dualpipe } from '../../src/schedules/dualpipe.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { oneFOneB } from '../../src/schedules/one-f-one-b.ts';
import { pffSingleLayer } from '../../src/schedules/pff-single-layer.ts';
import { pipedream } from '../../src/schedules/pipedream.ts';
import { pipedream2bw } from '../../src/schedules/pipedream-2bw.ts';
import type { SchedulePlan } from '../../src/schedules/schedule.ts';
import { stream } from '../../src/schedules/stream.ts';
import { zbH1 } from '../../src/schedules/zb-h1.ts';
import { zbH2 } from '../../src/schedules/zb-h2.ts';
import { StageError } from '../../src/work/stage-error.ts';
import { troubled } from './members.ts';
import { flushing, plainLoop } from './plain-loop.ts';
import { blockingBackprop, failureOf, hashOf, local, traceOf, train } from './runs.ts';

const runtimes: readonly [string, Runtime][] = [
  ['inline', inline()],
  ['workers', workers()],
];

/** 12 microbatches of 20 rows in three stages, nothing predicted on the way */
const by = (schedule: SchedulePlan, flush = 6): Pipeline => ({
  ...blockingBackprop,
  samples: firstOf(train, 240),
  runningEvery: 0,
  schedule,
  flush,
});

const learning = (trace: readonly TraceEvent[]) =>
  trace.filter((event): event is OpEvent => event.kind === 'op' && event.purpose === 'learn');

const opsOf = (trace: readonly TraceEvent[], stage: number) =>
  learning(trace)
    .filter((event) => event.stage === stage)
    .map(({ op, microbatch }) => `${op}${microbatch}`)
    .join(' ');

test('1F1B lets p − s microbatches in before the first comes back, and each stage keeps its order', async () => {
  const trace = await traceOf(by(oneFOneB()), workers());
  const second = 'F6 F7 F8 B6 W6 F9 B7 W7 F10 B8 W8 F11 B9 W9 B10 W10 B11 W11 U11';
  expect(opsOf(trace, 0)).toBe(`F0 F1 F2 B0 W0 F3 B1 W1 F4 B2 W2 F5 B3 W3 B4 W4 B5 W5 U5 ${second}`);
  expect(opsOf(trace, 2)).toMatch(/^F0 B0 W0 F1 B1 W1 F2 B2 W2/);
});

test('a stage holds p − s activities by 1F1B and ZB-H1, twice that less one by ZB-H2, all of the flush by GPipe', async () => {
  /** activities held at worst, in microbatches [stages] */
  const held = async (pipeline: Pipeline) => {
    const ops = learning(await traceOf(pipeline, inline()));
    return [0, 1, 2].map((stage) => {
      const bytes = ops.filter((event) => event.stage === stage).map((event) => event.held);
      return Math.max(...bytes) / bytes[0];
    });
  };
  expect(await held(by(blocking(), 1))).toEqual([1, 1, 1]);
  expect(await held(by(oneFOneB()))).toEqual([3, 2, 1]);
  expect(await held(by(pipedream(), 1))).toEqual([3, 2, 1]);
  // W stands behind its B: 1F1B's, and as many as W lags
  expect(await held(by(zbH1()))).toEqual([3, 3, 3]);
  expect(await held(by(zbH2()))).toEqual([5, 5, 5]);
  expect(await held(by(gpipe()))).toEqual([6, 6, 6]);
});

test('the stages of 1F1B work at the same time', async () => {
  const pipeline = by(oneFOneB());
  const layers = pipeline.layers.map((layer) => troubled(layer, { pauseUpTo: 4 }));
  const ops = learning(await traceOf({ ...pipeline, layers }, workers())).filter(({ op }) => op !== 'U');
  const [low, high] = [0, 1].map((s) => ops.filter(({ stage }) => stage === s));
  const beside = low.filter((one) => high.some(({ start, end }) => start < one.end && one.start < end));
  expect(beside.length).toBeGreaterThan(3);
});

describe.each(runtimes)('%s', (_name, runtime) => {
  const refusals: readonly [string, Pipeline][] = [
    ['flush must be a whole number of microbatches, 1 or more; got 0', by(gpipe(), 0)],
    ['flush must be a whole number of microbatches, 1 or more; got 1.5', by(gpipe(), 1.5)],
    [
      "flush must be 1 or left out with schedule 'blocking', which updates with every microbatch; got 4",
      by(blocking(), 4),
    ],
    [
      "flush must be 1 or left out with schedule 'pipedream', which updates with every microbatch; got 4",
      by(pipedream(), 4),
    ],
    ["schedule must be one for layers that learn backward; got 'stream'", by(stream(), 1)],
    ["schedule must be one for layers that learn locally; got '1f1b'", { ...local, schedule: oneFOneB() }],
    ["schedule must be one that keeps one copy of each stage; got 'chimera'", by(chimera(), 6)],
    ["schedule must be one that keeps one copy of each stage; got 'dualpipe'", by(dualpipe(), 6)],
    ["schedule must be one that keeps activities; got 'gpipe-recompute'", by(gpipe({ recompute: true }))],
    [
      "schedule must be one that sends activities after F; got 'pff-single-layer'",
      { ...local, schedule: pffSingleLayer() },
    ],
    [
      "schedule must be one that updates with every microbatch or every flush, or goes forward and back by the newest weights; got 'pipedream-2bw'",
      by(pipedream2bw(), 6),
    ],
  ];
  test.each(refusals)('%s', async (sentence, pipeline) => {
    const { error } = await failureOf(pipeline, runtime);
    expect((error as Error).message).toBe(sentence);
  });

  test('a stage that throws in the middle of a flush ends the run with its place', async () => {
    for (const pipeline of [by(gpipe()), by(oneFOneB()), by(zbH1()), by(pipedream(), 1)]) {
      const layers = pipeline.layers.map((layer, i) =>
        i === 1 ? troubled(layer, { at: 8, with: 'throw' }) : layer,
      );
      const { error } = await failureOf({ ...pipeline, layers }, runtime);
      expect(error).toBeInstanceOf(StageError);
      expect((error as Error).message).toBe('stage 1, microbatch 8, op F: the lamp went out');
    }
  });

  test('a run that is aborted in the middle of a flush updates with what is inside, and ends', async () => {
    for (const pipeline of [by(gpipe()), by(oneFOneB()), by(zbH1()), by(zbH2()), by(pipedream(), 1)]) {
      const abort = new AbortController();
      const long = { ...pipeline, epochs: 1000, runningEvery: 2 };
      const trace = await lastValueFrom(
        run(long, runtime, { signal: abort.signal }).pipe(
          tap((event) => event.kind === 'arrival' && event.microbatch === 22 && abort.abort()),
          toArray(),
        ),
      );
      const arrived = trace.filter((event) => event.kind === 'arrival' && event.purpose === 'learn').length;
      expect(arrived).toBeLessThan(60);
      const expected = { F: arrived, B: arrived, W: arrived };
      for (const stage of [0, 1, 2]) {
        const own = learning(trace).filter((event) => event.stage === stage);
        const count = (kind: string) => own.filter(({ op }) => op === kind).length;
        expect({ F: count('F'), B: count('B'), W: count('W') }).toEqual(expected);
        expect(count('U')).toBe(Math.ceil(arrived / (pipeline.flush ?? 1)));
        expect(own.at(-1)?.op).toBe('U');
      }
      expect(hashOf(trace)).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test('a run that is aborted before it began learns nothing and completes', async () => {
    const events = run(by(oneFOneB()), runtime, { signal: AbortSignal.abort() }).pipe(toArray());
    const trace = await lastValueFrom(events);
    expect(learning(trace)).toEqual([]);
    expect(hashOf(trace)).toBe(hashOf(await traceOf({ ...by(oneFOneB()), epochs: 0 }, inline())));
  });
});

test('an aborted flush moves the weights as a smaller one does', async () => {
  // with a constant rate, for that falls by the updates that were planned
  const { optimiser } = blockingBackprop;
  const constant = { ...optimiser, options: { ...optimiser.options, constantFor: 1 } };
  const abort = new AbortController();
  const pipeline = { ...by(oneFOneB()), optimiser: constant };
  const trace = await lastValueFrom(
    run(pipeline, inline(), { signal: abort.signal }).pipe(
      tap((event) => event.kind === 'arrival' && event.microbatch === 8 && abort.abort()),
      toArray(),
    ),
  );
  const arrived = trace.filter((event) => event.kind === 'arrival' && event.purpose === 'learn').length;
  expect(arrived % 6).toBeGreaterThan(0);
  const samplesOf = await plainLoop(pipeline, { ...flushing(6), until: arrived });
  expect(hashOf(trace)).toBe(weightsHash(samplesOf));
});
