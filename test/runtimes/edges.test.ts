import { getEventListeners } from 'node:events';
import { config, lastValueFrom, take, tap, toArray } from 'rxjs';
import { afterEach, expect, test } from 'vitest';
import type { TraceEvent } from '../../src/core/trace.ts';
import { firstOf } from '../../src/data/dataset.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { blockingBackprop, hard, hashOf, traceOf, uniform } from './runs.ts';

const runtimes: readonly [string, Runtime][] = [
  ['inline', inline()],
  ['workers', workers()],
];

afterEach(() => {
  config.onUnhandledError = null;
});

/** what came in to be learned, what was updated by all stages, and the rows that were predicted */
function counts(trace: readonly TraceEvent[]): readonly [number, number, number] {
  const learned = trace.filter((event) => event.kind === 'arrival' && event.purpose === 'learn').length;
  const updates = trace.filter((event) => event.kind === 'op' && event.op === 'U').length;
  const predicted = trace.reduce((sum, event) => sum + (event.kind === 'prediction' ? event.rows : 0), 0);
  return [learned, updates, predicted];
}

const { test: _, ...untested }: Pipeline = { ...uniform, runningEvery: 0 };
const small: Pipeline = { ...untested, samples: firstOf(uniform.samples, 21) };

const edges: readonly [string, Pipeline, readonly [number, number, number]][] = [
  ['no epochs predicts the test set', { ...uniform, epochs: 0 }, [0, 0, 50]],
  ['backprop without epochs predicts the test set', { ...blockingBackprop, epochs: 0 }, [0, 0, 50]],
  ['no epochs and no test set leaves the weights alone', { ...untested, epochs: 0 }, [0, 0, 0]],
  ['without a test set nothing is predicted', untested, [12, 24, 0]],
  ['the last microbatch may have one row', small, [2, 4, 0]],
  ['a microbatch may have one row', { ...small, microbatch: 1, runningEvery: 7 }, [21, 42, 3]],
  ['with a readout too', { ...hard, samples: small.samples, microbatch: 1, runningEvery: 0 }, [21, 84, 50]],
  ['a microbatch may be larger than the samples', { ...small, microbatch: 64 }, [1, 2, 0]],
  ['a sample may be alone', { ...untested, samples: firstOf(uniform.samples, 1) }, [1, 2, 0]],
  ['backprop goes through links of capacity 1', { ...blockingBackprop, capacity: 1 }, [12, 36, 62]],
];

test.each(edges)('%s', async (_name, pipeline, expected) => {
  const traces = [await traceOf(pipeline, inline()), await traceOf(pipeline, workers())];
  expect(traces.map(counts)).toEqual([expected, expected]);
  expect(hashOf(traces[1])).toBe(hashOf(traces[0]));
});

test.each(runtimes)('a run that is left at its start sends nothing in, %s', async (_name, runtime) => {
  const seen: TraceEvent[] = [];
  const abort = new AbortController();
  const events = run(uniform, runtime, { signal: abort.signal }).pipe(tap((event) => seen.push(event)));
  await lastValueFrom(events.pipe(take(1)));
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(seen.map(({ kind }) => kind)).toEqual(['start']);
});

test.each(runtimes)(
  'a subscriber that throws is told so by RxJS, and the run goes on, %s',
  async (_name, runtime) => {
    const told: unknown[] = [];
    config.onUnhandledError = (error) => told.push(error);
    let seen = 0;
    await new Promise<void>((resolve, reject) => {
      run(small, runtime).subscribe({
        next: () => {
          seen++;
          throw new Error('not my day');
        },
        error: reject,
        complete: resolve,
      });
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(seen).toBeGreaterThan(10);
    expect(told).toHaveLength(seen);
  },
);

test.each(runtimes)('an operator that throws ends the run with its error, %s', async (_name, runtime) => {
  const events = run(small, runtime).pipe(
    tap(({ kind }) => {
      if (kind === 'arrival') throw new Error('not my day');
    }),
    toArray(),
  );
  await expect(lastValueFrom(events)).rejects.toThrow('not my day');
});

test.each(runtimes)('one pipeline may run twice at the same time, %s', async (_name, runtime) => {
  const events = run(small, runtime).pipe(toArray());
  const [one, other] = await Promise.all([lastValueFrom(events), lastValueFrom(events)]);
  expect(hashOf(one)).toBe(hashOf(other));
});
