import { lastValueFrom, tap, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { regular } from '../../src/arrivals/regular.ts';
import type { TraceEvent } from '../../src/core/trace.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { run } from '../../src/run/run.ts';
import { inline } from '../../src/runtimes/inline.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { virtual } from '../../src/runtimes/virtual.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { type Controls, controls } from '../../src/work/controls/controls.ts';
import { closed } from './line-runs.ts';
import { blockingBackprop, hard, hashOf, traceOf } from './runs.ts';

const runtimes: readonly [string, Runtime][] = [
  ['inline', inline()],
  ['workers', workers()],
];

/** A steered run's trace. @param act  is shown each event as it comes */
function steered(
  pipeline: Pipeline,
  runtime: Runtime,
  of: Controls,
  act: (event: TraceEvent) => void = () => {},
): Promise<TraceEvent[]> {
  return lastValueFrom(run(pipeline, runtime, { controls: of }).pipe(tap(act), toArray()));
}

const learning = (events: readonly TraceEvent[]) =>
  events.flatMap((event) => (event.kind === 'arrival' && event.purpose === 'learn' ? [event] : []));

/** Calls once nothing lies on any edge. */
function whenEmpty(of: Controls, call: () => void): void {
  const look = (): void => {
    if (of.depths.some(({ lying }) => lying > 0)) setTimeout(look, 1);
    else call();
  };
  look();
}

test.each(runtimes)('controls that nobody moves change no bit, %s', async (_, runtime) => {
  for (const pipeline of [hard, blockingBackprop]) {
    const of = controls();
    const events = await steered(pipeline, runtime, of);
    expect(hashOf(events)).toBe(hashOf(await traceOf(pipeline, inline())));
    expect([of.touched, of.depths]).toEqual([false, []]);
  }
});

test.each(runtimes)(
  'a paused run sends nothing, empties, and goes on to the same bits, %s',
  async (_, runtime) => {
    const of = controls();
    let [sent, whilePaused, emptied] = [0, 0, false];
    const events = await steered(hard, runtime, of, ({ kind }) => {
      if (kind !== 'arrival') return;
      if (of.settings.paused) whilePaused++;
      if (++sent !== 4) return;
      of.pause();
      whenEmpty(of, () => {
        emptied = true;
        of.resume();
      });
    });
    expect([whilePaused, emptied, of.touched]).toEqual([0, true, true]);
    expect(hashOf(events)).toBe(hashOf(await traceOf(hard, inline())));
  },
);

test('a run that was paused before it begins waits, and a signal ends it as it is', async () => {
  const of = controls();
  of.pause();
  const stop = new AbortController();
  const events = await lastValueFrom(
    run(hard, inline(), { controls: of, signal: stop.signal }).pipe(
      tap(({ kind }) => kind === 'start' && setImmediate(() => stop.abort())),
      toArray(),
    ),
  );
  expect(learning(events)).toHaveLength(0);
});

test.each(runtimes)(
  'no edge has more on it than the limit, raised or lowered on the way, %s',
  async (_, runtime) => {
    const of = controls();
    of.setCapacity(1);
    const roomy = { ...hard, capacity: 6 };
    const deepest = { one: 0, six: 0 };
    let arrivals = 0;
    const events = await steered(roomy, runtime, of, ({ kind }) => {
      // what is told of is about to be sent
      const [entry] = of.depths;
      if (kind !== 'arrival') return;
      if (arrivals < 10) deepest.one = Math.max(deepest.one, entry.lying);
      else deepest.six = Math.max(deepest.six, entry.lying);
      if (++arrivals === 10) of.setCapacity();
    });
    expect(deepest.one).toBe(0);
    expect(deepest.six).toBeLessThan(6);
    if (runtime.name === 'inline') expect(deepest.six).toBe(5);
    expect(hashOf(events)).toBe(hashOf(await traceOf(roomy, inline())));
  },
);

test('an edge goes no lower than its schedule needs: backprop never waits for itself', async () => {
  const of = controls();
  of.setCapacity(1);
  const events = await steered(blockingBackprop, workers(), of);
  expect(hashOf(events)).toBe(hashOf(await traceOf(blockingBackprop, inline())));
});

test('a closed loop sends no faster than the rate', async () => {
  const of = controls();
  of.setRate(4000);
  const times = learning(await steered(hard, inline(), of)).map(({ start }) => start);
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  expect(gaps).toHaveLength(11);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual((1e9 * 20) / 4000);
});

test('an open line comes at the rate, on the plan that latencies are measured from', async () => {
  const of = controls();
  of.setRate(20_000);
  const line = { ...closed, line: { arrivals: regular(100_000) } };
  const events = learning(await steered(line, inline(), of));
  const intended = events.flatMap(({ intended: times }) => [...(times ?? [])]);
  expect(intended).toHaveLength(300);
  const gaps = intended.slice(1).map((time, i) => time - intended[i]);
  expect(Math.min(...gaps)).toBeCloseTo(50_000, 3);
  expect(Math.max(...gaps)).toBeCloseTo(50_000, 3);
});

test('noise changes what is learned, always in the same way where it never changes', async () => {
  const noisy = async (sd: number) => {
    const of = controls();
    of.setNoise(sd);
    return hashOf(await steered(hard, inline(), of));
  };
  expect(await noisy(0)).toBe(hashOf(await traceOf(hard, inline())));
  expect(await noisy(0.2)).not.toBe(await noisy(0));
  expect(await noisy(0.2)).toBe(await noisy(0.2));
});

test('virtual time is not steered, and says so', async () => {
  await expect(steered(hard, virtual(), controls())).rejects.toThrow(
    "controls must be left out with runtime 'virtual'; got 'controls'",
  );
});

test('what is out of range is refused, and moves nothing', () => {
  const of = controls();
  expect(() => of.setCapacity(0)).toThrow(
    'capacity must be a whole number of microbatches, 1 or more; got 0',
  );
  expect(() => of.setRate(0)).toThrow('rate (samples a second) must be');
  expect(() => of.setNoise(-1)).toThrow('noise must be a finite number, 0 or more; got -1');
  expect(of.touched).toBe(false);
});
