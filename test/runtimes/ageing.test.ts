import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import type { CheckpointEvent, TraceEvent } from '../../src/core/trace.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { fading } from './fading-tile.ts';
import { blockingBackprop, hashOf, traceOf, uniform } from './runs.ts';

const passing: Pipeline = { ...uniform, microbatchTime: 250, tile: fading({ time: 50_000, learns: true }) };
const flushed: Pipeline = {
  ...blockingBackprop,
  ...{ schedule: gpipe(), flush: 3, microbatchTime: 250, tile: fading({ time: 50_000, learns: true }) },
};

const weightsOf = (trace: readonly TraceEvent[]): number[] =>
  trace.flatMap((event) =>
    event.kind === 'weights'
      ? event.parameters.flatMap(({ name, data }) => (name.endsWith('weight') ? [...data] : []))
      : [],
  );

test('weights that only fade have faded by the time that all microbatches took', async () => {
  const pipeline = { ...passing, tile: fading({ time: 50_000, learns: false }) };
  const begun = weightsOf(await traceOf({ ...pipeline, epochs: 0 }, inline()));
  const ended = weightsOf(await traceOf(pipeline, inline()));
  const left = Math.exp((-12 * 250) / 50_000);
  expect(begun.length).toBeGreaterThan(1000);
  for (const [i, weight] of ended.entries()) expect(weight / (left * begun[i])).toBeCloseTo(1, 5);
});

test('time that was not stated does not pass', async () => {
  const { microbatchTime: _, ...still } = passing;
  const lasting = { ...passing, tile: fading({ time: Number.POSITIVE_INFINITY, learns: true }) };
  expect(hashOf(await traceOf(still, inline()))).toBe(hashOf(await traceOf(lasting, inline())));
  await expect(traceOf({ ...passing, microbatchTime: -1 }, inline())).rejects.toThrow(
    'microbatchTime must be a number of nanoseconds, 0 or more; got -1',
  );
});

test.each([
  ['Forward-Forward', passing],
  ['gpipe', flushed],
] as const)('%s: tiles age alike on every runtime, predictions included', async (_, pipeline) => {
  const whole = await traceOf(pipeline, inline());
  const guesses = (trace: readonly TraceEvent[]) =>
    trace.flatMap((event) => (event.kind === 'prediction' ? [event.of, ...event.predicted] : []));
  for (const runtime of [workers(), workers({ count: 1 }), inline({ stages: 1 }), virtual()])
    for (const capacity of [1, 8]) {
      const trace = await traceOf({ ...pipeline, capacity }, runtime);
      expect(hashOf(trace)).toBe(hashOf(whole));
      expect(guesses(trace)).toEqual(guesses(whole));
    }
});

test('a run that goes on from a checkpoint has the clock of the one before', async () => {
  const whole = hashOf(await traceOf(passing, inline()));
  const events = run(passing, inline(), { checkpointEvery: 5 });
  const checkpoint = (await lastValueFrom(events.pipe(toArray()))).find(({ kind }) => kind === 'checkpoint');
  const rest = run(passing, workers({ count: 2 }), { from: checkpoint as CheckpointEvent });
  expect(hashOf(await firstValueFrom(rest.pipe(toArray())))).toBe(whole);
});
