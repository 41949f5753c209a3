import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, tap } from 'rxjs';
import { afterAll, describe, expect, test } from 'vitest';
import {
  firstOf,
  inline,
  laggedLabel,
  type Pipeline,
  type Runtime,
  run,
  type TraceEvent,
  virtual,
  workers,
} from '../../../src/index.ts';
import { ChromeTrace, type TraceLimits } from '../../../src/report.ts';
import { interleaved } from '../../../src/schedules/interleaved.ts';
import { oneFOneB } from '../../../src/schedules/one-f-one-b.ts';
import { constant, lognormal } from '../../../src/simulation.ts';
import { hard, test as held, uniform } from '../../runtimes/runs.ts';
import { by, four } from '../../runtimes/virtual-runs.ts';
import { type Checked, checkTrace, endOf } from './check-trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'runs-trace-'));
const path = join(folder, 'trace.json');
afterAll(() => rmSync(folder, { recursive: true }));

interface Written extends Checked {
  readonly told: readonly TraceEvent[];
}

async function written(
  pipeline: Pipeline,
  runtime: Runtime,
  limits: TraceLimits = {},
  signal?: AbortSignal,
): Promise<Written> {
  const trace = new ChromeTrace(path, limits);
  const told: TraceEvent[] = [];
  let sink: ReturnType<ChromeTrace['run']> | undefined;
  const record = (event: TraceEvent): void => {
    told.push(event);
    if (event.kind === 'start') sink = trace.run('a run', event);
    sink?.add(event);
  };
  await lastValueFrom(run(pipeline, runtime, signal ? { signal } : {}).pipe(tap(record)));
  trace.close();
  return { ...checkTrace(path), told };
}

const predicting: Pipeline = {
  ...uniform,
  epochs: 2,
  runningEvery: 2,
  heldOut: { samples: firstOf(held, 60), every: 1 },
};
const flushed = by(oneFOneB(), 4, { heldOut: { samples: firstOf(held, 60), every: 1 } });
const jitter = { costs: { F: constant(1000), B: constant(900), W: constant(500) }, jitter: lognormal(0.3) };

const lagged: Pipeline = { ...uniform, negatives: laggedLabel({ lag: 2 }) };
const runs: readonly [string, Pipeline, Runtime][] = [
  ['workers, a stream', predicting, workers()],
  ['workers, several stages a device', by(interleaved(), 4, four), workers({ count: 2 })],
  ['inline, a stream', predicting, inline()],
  ['inline, hard labels, capacity 1', { ...hard, capacity: 1 }, inline()],
  ['inline, negatives from the whole network', lagged, inline()],
  ['inline, 1F1B', flushed, inline()],
  ['virtual, a stream', predicting, virtual()],
  ['virtual, 1F1B with jitter', flushed, virtual(jitter)],
  ['virtual, timing only', predicting, virtual({ ...jitter, learning: false })],
];

describe.each(runs)('the trace of a run on %s', (_, pipeline, runtime) => {
  test('has no fault, and an arrow for each microbatch that passes the stages', async () => {
    const { events, faults, told } = await written(pipeline, runtime);
    expect(faults).toEqual([]);
    const stages = told.reduce((most, event) => (event.kind === 'start' ? event.stages : most), 0);
    const passed = new Map<number, number>();
    for (const event of told)
      if (event.kind === 'op' && event.op === 'F')
        passed.set(event.microbatch, (passed.get(event.microbatch) ?? 0) + 1);
    const whole = [...passed].filter(([, count]) => count === stages).map(([microbatch]) => microbatch);
    const ended = events.filter(({ ph, name }) => ph === 'f' && name === 'microbatch').map(({ id }) => id);
    expect(ended.toSorted((a, b) => a - b)).toEqual(whole.toSorted((a, b) => a - b));
    const arrivals = told.filter(({ kind }) => kind === 'arrival').length;
    expect(events.filter(({ cat, ph }) => cat === 'arrival' && 'Xi'.includes(ph))).toHaveLength(arrivals);
  });
});

test('the trace of an aborted run has no arrow without its end', async () => {
  for (const runtime of [inline(), virtual()]) {
    const abort = new AbortController();
    const trace = new ChromeTrace(path);
    let sink: ReturnType<ChromeTrace['run']> | undefined;
    let ops = 0;
    const events = run({ ...predicting, epochs: 50 }, runtime, { signal: abort.signal }).pipe(
      tap((event) => {
        if (event.kind === 'start') sink = trace.run('a run', event);
        sink?.add(event);
        if (event.kind === 'op' && ++ops === 40) abort.abort();
      }),
    );
    await lastValueFrom(events);
    trace.close();
    expect(checkTrace(path).faults).toEqual([]);
  }
});

describe('a limit', () => {
  test('of events or bytes cuts a trace so that what is left has no fault', async () => {
    for (const limits of [{ events: 57 }, { bytes: 20_000 }, { events: 5, bytes: 20_000 }, { bytes: 0 }]) {
      const { faults, otherData } = await written(predicting, inline(), limits);
      expect(faults).toEqual([]);
      expect(otherData.dropped).toBeGreaterThan(0);
      expect(otherData.events).toBeLessThanOrEqual(limits.events ?? Number.POSITIVE_INFINITY);
      if (limits.bytes) expect(statSync(path).size).toBeLessThan(limits.bytes + 500);
    }
  });

  test('keeps the first part of a run, and counts the rest of it', async () => {
    const all = await written(predicting, virtual());
    const cut = await written(predicting, virtual(), { bytes: 30_000 });
    const slices = ({ events }: Checked) => events.filter(({ ph }) => ph === 'X');
    const [kept, left] = [true, false].map((there) => {
      const has = new Set(slices(cut).map((slice) => JSON.stringify(slice)));
      return slices(all).filter((slice) => has.has(JSON.stringify(slice)) === there);
    });
    expect(kept).toEqual(slices(cut));
    // events are told when they end
    expect(Math.max(...kept.map(endOf))).toBeLessThanOrEqual(Math.min(...left.map(endOf)));
    expect(slices(cut).length).toBeGreaterThan(20);
    expect(cut.otherData.events + cut.otherData.dropped).toBe(all.otherData.events);
  });
});
