import type { Worker } from 'node:worker_threads';
import { lastValueFrom, tap, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import type { TraceEvent } from '../../src/core/trace.ts';
import { pixels } from '../../src/data/encoding.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { type RunOptions, run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { interleaved } from '../../src/schedules/interleaved.ts';
import { oneFOneB } from '../../src/schedules/one-f-one-b.ts';
import { peripheries } from '../../src/tiles/crossbar/periphery/presets.ts';
import { crossbar } from '../../src/tiles/crossbar.ts';
import type { MachineFault } from '../../src/work/faults/fault.ts';
import { echo } from './echo-layer.ts';
import { troubled } from './members.ts';
import {
  blockingBackprop,
  hashOf,
  laggedGoodness,
  local,
  moved,
  predictionsOf,
  traceOf,
  uniform,
} from './runs.ts';

const broken = (pipeline: Pipeline, options: RunOptions): Promise<TraceEvent[]> =>
  lastValueFrom(run(pipeline, workers(), options).pipe(toArray()));
const kill = (stage: number, microbatch: number): MachineFault => ({
  fault: 'kill',
  stage,
  at: { microbatch },
});
const restartsOf = (trace: readonly TraceEvent[]) => trace.filter(({ kind }) => kind === 'restart');
const supervision = { checkpointEvery: 3, verify: true };

/** of all parameters, by their layers: those of echoing layers have one name */
const namedHash = (trace: readonly TraceEvent[]): string =>
  hashOf(
    trace.map((event) =>
      event.kind === 'weights'
        ? {
            ...event,
            parameters: event.parameters.map((one) => ({ ...one, name: `layer${event.layer}.${one.name}` })),
          }
        : event,
    ),
  );

const { negatives: _, test: __, ...rest } = uniform;
const [first, second, head] = blockingBackprop.layers;
const flushed = { ...blockingBackprop, schedule: oneFOneB(), flush: 3 };
const tile = crossbar({
  forward: peripheries.aihwkit,
  backward: peripheries.aihwkit,
  tileRows: 400,
  chipSeed: 3,
});

test.each<readonly [string, Pipeline, readonly MachineFault[]]>([
  ['Forward-Forward, moved images', { ...moved, inputDropout: 0.2 }, [kill(0, 7), kill(1, 7)]],
  ['wrong labels three updates late', laggedGoodness, [kill(1, 5)]],
  ['Mono-Forward with dropout', local, [kill(0, 0)]],
  ['1f1b', flushed, [kill(0, 4), kill(2, 10)]],
  [
    'interleaved-1f1b, two stages a device',
    {
      ...flushed,
      layers: [first, first, second && { ...first, options: second.options }, head],
      schedule: interleaved(),
      flush: 4,
    },
    [kill(0, 5)],
  ],
  ['top-down edges', { ...rest, encoding: pixels(), layers: [echo(12, true), echo(8, false)] }, [kill(1, 7)]],
  ['noisy crossbar tiles', { ...uniform, tile, microbatchTime: 1000 }, [kill(0, 8)]],
])(
  '%s: devices that are killed begin anew, to the bits of the undisturbed run',
  async (_name, pipeline, kills) => {
    const whole = await traceOf(pipeline, inline());
    const slots = (['drop-slot', 'duplicate-slot', 'corrupt-slot'] as const).map(
      (fault, i): MachineFault => ({ fault, stage: 1, at: { microbatch: 1 + i } }),
    );
    const trace = await broken(pipeline, { supervision, faults: [...kills, ...slots] });
    expect(namedHash(trace)).toBe(namedHash(whole));
    expect(predictionsOf(trace)).toEqual(predictionsOf(whole));
    expect(restartsOf(trace)).toHaveLength(kills.length);
    expect(trace.filter(({ kind }) => kind === 'mending').length).toBeGreaterThan(0);
    // each op is told once, but for those that are made again
    const once = trace.filter((event) => event.kind === 'op' && !event.again);
    expect(once).toHaveLength(whole.filter(({ kind }) => kind === 'op').length);
  },
);

test('a thread that is ended from outside while the test set is predicted begins anew', async () => {
  const pipeline = { ...uniform, microbatch: 5 };
  const whole = await traceOf(pipeline, inline());
  const started: Worker[] = [];
  const note = (worker: Worker) => started.push(worker);
  process.on('worker', note);
  let ended = false;
  const end = (event: TraceEvent) => {
    if (ended || event.kind !== 'prediction' || event.of !== 'test') return;
    ended = true;
    started[1].terminate();
  };
  const events = run(pipeline, workers(), { supervision }).pipe(tap(end), toArray());
  const trace = await lastValueFrom(events);
  process.off('worker', note);
  expect(hashOf(trace)).toBe(hashOf(whole));
  expect(predictionsOf(trace)).toEqual(predictionsOf(whole));
  expect(started.every(({ threadId }) => threadId === -1)).toBe(true);
});

test('a stage that dies more often than is allowed ends the run with the device and the last reason', async () => {
  const layers = uniform.layers.map((layer, i) =>
    i === 1 ? troubled(layer, { at: 5, with: 'throw' }) : layer,
  );
  const options = { supervision: { ...supervision, restarts: 1 } };
  const error = await broken({ ...uniform, layers }, options).catch((thrown: Error) => thrown.message);
  expect(error).toMatch(
    /^stage 1, microbatch \d+, op F: device 1 died 2 times within 60 s, and 1 restarts are allowed; the last reason: .*: the lamp went out$/,
  );
});

test('a checkpoint that was put together across a restart goes on to the same weights', async () => {
  const calm = await traceOf(moved, inline());
  const trace = await broken(moved, { supervision, faults: [kill(1, 6), kill(0, 9)], checkpointEvery: 5 });
  const counts = trace.flatMap((event) => (event.kind === 'checkpoint' ? [event.microbatch] : []));
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  const behind = trace.find((event) => event.kind === 'checkpoint' && event.microbatch >= 10);
  if (behind?.kind !== 'checkpoint') throw new Error('there must be a checkpoint behind both restarts');
  const { microbatch, state } = behind;
  expect(hashOf(await traceOf(moved, inline(), { from: { microbatch, state } }))).toBe(hashOf(calm));
});
