import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { OpEvent, TraceEvent } from '../../../src/core/trace.ts';
import { ChromeTrace } from '../../../src/report/trace/chrome-trace.ts';
import { type Chrome, checkTrace } from './check-trace.ts';

const disk = vi.hoisted(() => ({ bytesLeft: Number.POSITIVE_INFINITY }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  /** as a disk that fills up: it takes what still fits, then fails */
  const writeSync = (file: number, bytes: Buffer, offset: number, length: number, position: number) => {
    if (disk.bytesLeft === 0) throw new Error('ENOSPC: no space left on device, write');
    const taken = fs.writeSync(file, bytes, offset, Math.min(length, disk.bytesLeft), position);
    disk.bytesLeft -= taken;
    return taken;
  };
  return { ...fs, writeSync };
});

const folder = mkdtempSync(join(tmpdir(), 'chrome-trace-'));
const path = join(folder, 'trace.json');
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  disk.bytesLeft = Number.POSITIVE_INFINITY;
});
afterEach(() => rmSync(path, { force: true }));

const text = () => readFileSync(path, 'utf8');
const parsed = () =>
  JSON.parse(text()) as { traceEvents: Chrome[]; otherData: Record<string, number> & { runs: object[] } };
const slices = (events: Chrome[]) => events.filter(({ ph }) => ph === 'X');

const op = (stage: number, microbatch: number, start: number, end: number, more = {}): OpEvent => ({
  kind: 'op',
  op: 'F',
  stage,
  microbatch,
  purpose: 'learn',
  rows: 100,
  start,
  end,
  read: microbatch,
  written: microbatch,
  versions: 1,
  held: 4000,
  macs: 1_000_000,
  ...more,
});

/** A pipeline of `stages` in which op n takes durations[n % …] ns, as its trace in the order of the ops' ends. */
function pipeline(stages: number, microbatches: number, durations: readonly number[]): TraceEvent[] {
  const events: TraceEvent[] = [];
  const free = new Array<number>(stages).fill(0);
  for (let m = 0; m < microbatches; m++) {
    let at = free[0]!;
    events.push({ kind: 'arrival', microbatch: m, purpose: 'learn', rows: 100, epoch: 0, start: at });
    for (let stage = 0; stage < stages; stage++) {
      const start = Math.max(at, free[stage]!);
      if (start > free[stage]!) events.push({ kind: 'starved', stage, start: free[stage]!, end: start });
      const end = start + durations[(m * stages + stage) % durations.length]!;
      events.push(op(stage, m, start, end, { loss: 0.7 }));
      events.push(op(stage, m, end, end + 5, { op: 'U', written: m + 1 }));
      at = end;
      free[stage] = end + 5;
    }
    const predicted = new Uint8Array(100);
    const common = { kind: 'prediction', epoch: 1, microbatch: m, purpose: 'learn', of: 'running' } as const;
    events.push({ ...common, rows: 100, correct: m, predicted, start: at });
  }
  return events;
}

function write(events: TraceEvent[], stages: number, limit?: number): number {
  const trace = new ChromeTrace(path, limit === undefined ? {} : { events: limit });
  const sink = trace.run('ff', { stages });
  for (const event of events) sink.add(event);
  return trace.close();
}

const runs = fc.record({
  stages: fc.integer({ min: 1, max: 4 }),
  microbatches: fc.integer({ min: 0, max: 12 }),
  durations: fc.array(fc.integer({ min: 1, max: 1e7 }), { minLength: 1, maxLength: 9 }),
});
const run = (from: { stages: number; microbatches: number; durations: number[] }) =>
  pipeline(from.stages, from.microbatches, from.durations);

describe('a Chrome trace', () => {
  test('has slices that never overlap on a stage, as long as their events', () => {
    fc.assert(
      fc.property(runs, (from) => {
        const events = run(from);
        write(events, from.stages);
        const drawn = slices(parsed().traceEvents);
        for (let stage = 0; stage < from.stages; stage++) {
          const row = drawn.filter(({ tid }) => tid === stage + 2).sort((a, b) => a.ts - b.ts);
          const spans = events
            .flatMap((event) => ('stage' in event && 'end' in event && event.stage === stage ? [event] : []))
            .sort((a, b) => a.start - b.start);
          expect(row.map(({ ts, dur }) => [ts * 1e3, dur * 1e3].map(Math.round))).toEqual(
            spans.map(({ start, end }) => [start, end - start]),
          );
          row.slice(1).forEach((next, i) => {
            expect(Math.round((row[i]!.ts + row[i]!.dur) * 1e3)).toBeLessThanOrEqual(
              Math.round(next.ts * 1e3),
            );
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  test('has what an open line has in front of it, and how long the samples of a microbatch had waited', () => {
    const intended = Float64Array.of(100, 300);
    const arrival = { kind: 'arrival', microbatch: 0, purpose: 'learn', rows: 2, epoch: 0 } as const;
    const line = { offered: 40, sent: 10, dropped: 0, waiting: 30 };
    write(
      [
        { ...arrival, intended, start: 1000 },
        { kind: 'tally', ...line, start: 2000 },
      ],
      1,
    );
    const { traceEvents } = parsed();
    expect(traceEvents.find(({ cat }) => cat === 'arrival')?.args).toMatchObject({ waited_ns: 800 });
    const [tally] = traceEvents.filter(({ cat }) => cat === 'tally');
    expect(tally).toMatchObject({ ph: 'C', name: 'waiting in front', ts: 2, args: { samples: 30 } });
  });

  test('has arrows that lead from an arrival through each stage to the last', () => {
    fc.assert(
      fc.property(runs, (from) => {
        write(run(from), from.stages);
        const { traceEvents } = parsed();
        for (let m = 0; m < from.microbatches; m++) {
          const points = traceEvents.filter(({ ph, id }) => 'stf'.includes(ph) && id === m);
          expect(points.map(({ ph }) => ph).join('')).toBe(`s${'t'.repeat(from.stages - 1)}f`);
          expect(points.map(({ tid }) => tid)).toEqual([1, ...points.slice(1).map((_, stage) => stage + 2)]);
          for (const point of points) {
            const holding = slices(traceEvents).find(
              ({ tid, ts, name }) => tid === point.tid && ts === point.ts && name.endsWith(` ${m}`),
            );
            expect(holding?.name).toBe(point.ph === 's' ? `arrival ${m}` : `F ${m}`);
          }
          expect(checkTrace(path).faults).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('names its runs and rows', () => {
    write([], 2);
    const named = parsed().traceEvents.filter(({ name }) => name.endsWith('_name'));
    expect(named.map(({ tid, args }) => [tid, args.name])).toEqual([
      [1, 'ff'],
      [1, 'source'],
      [2, 'stage 0'],
      [3, 'stage 1'],
    ]);
  });

  test('says what each op was, what each wait was, and the accuracy', () => {
    const common = { stage: 0, start: 0, end: 1500 } as const;
    const prediction = {
      kind: 'prediction',
      epoch: 1,
      microbatch: 17,
      purpose: 'goodness',
      of: 'test',
    } as const;
    const counted = { rows: 4, correct: 3, predicted: new Uint8Array(4), start: 3001 };
    write(
      [
        { kind: 'starved', ...common },
        op(0, 17, 1500, 3001, { loss: 0.25 }),
        { kind: 'blocked', ...common, start: 3001, end: 3002 },
        { ...prediction, ...counted },
        { ...prediction, ...counted, rows: 0 },
        { kind: 'weights', layer: 0, stage: 0, parameters: [] },
      ],
      2,
    );
    const { traceEvents } = parsed();
    expect(traceEvents.filter(({ ph }) => ph !== 'M')).toEqual([
      { ph: 'X', name: 'starved', cat: 'wait', pid: 1, tid: 2, ts: 0, dur: 1.5, cname: 'grey' },
      {
        ph: 'X',
        name: 'F 17',
        cat: 'F',
        pid: 1,
        tid: 2,
        ts: 1.5,
        dur: 1.501,
        args: {
          stage: 0,
          microbatch: 17,
          purpose: 'learn',
          rows: 100,
          read: 17,
          written: 17,
          versions: 1,
          held: 4000,
          macs: 1_000_000,
          loss: 0.25,
        },
      },
      { ph: 'X', name: 'blocked', cat: 'wait', pid: 1, tid: 2, ts: 3.001, dur: 0.001, cname: 'terrible' },
      {
        ph: 'C',
        name: 'accuracy test goodness',
        cat: 'prediction',
        pid: 1,
        ts: 3.001,
        args: { accuracy: 0.75 },
      },
    ]);
  });

  test('shows a loss that is no number', () => {
    write([op(0, 0, 0, 1, { loss: Number.NaN })], 1);
    expect(slices(parsed().traceEvents)[0]!.args.loss).toBe('NaN');
  });

  test('keeps runs apart, each on its own clock', () => {
    const trace = new ChromeTrace(path);
    const ff = trace.run('ff', { stages: 1, start: 1_000_000_000_000_000 });
    const backprop = trace.run('backprop', { stages: 1, start: 2_000_000_000_000_000 });
    const arrival = { kind: 'arrival', microbatch: 0, purpose: 'learn', rows: 1, epoch: 0 } as const;
    backprop.add({ ...arrival, start: 2_000_000_000_000_000 });
    backprop.add(op(0, 0, 2_000_000_000_000_001, 2_000_000_000_000_003));
    ff.add({ ...arrival, start: 1_000_000_000_000_000 });
    ff.add(op(0, 0, 1_000_000_000_000_001, 1_000_000_000_000_002));
    trace.close();
    const { traceEvents } = parsed();
    expect(slices(traceEvents).map(({ pid, ts, dur }) => [pid, ts, dur])).toEqual([
      [1, 0, 0.001],
      [1, 0.001, 0.001],
      [2, 0, 0.001],
      [2, 0.001, 0.002],
    ]);
    const arrows = traceEvents.filter(({ ph }) => ph === 'f').map(({ cat, id }) => `${cat} ${id}`);
    expect(new Set(arrows).size).toBe(2);
  });

  test('begins at 0: of what began before the run did, the part after it is drawn', () => {
    const trace = new ChromeTrace(path);
    const sink = trace.run('ff', { stages: 2, start: 1000 });
    sink.add({ kind: 'starved', stage: 0, start: 200, end: 1600 });
    sink.add({ kind: 'starved', stage: 1, start: 200, end: 1000 });
    sink.add(op(1, 0, 900, 1100));
    trace.close();
    const { events, faults } = checkTrace(path);
    expect(faults).toEqual([]);
    expect(slices([...events]).map(({ tid, ts, dur }) => [tid, ts, dur])).toEqual([
      [2, 0, 0.6],
      [3, 0, 0.1],
    ]);
  });

  test('draws one slice for arrivals at the same nanosecond, and none of their arrows is without an end', () => {
    const arrival = { kind: 'arrival', purpose: 'goodness', rows: 1, epoch: 0, start: 50 } as const;
    const prediction = { kind: 'prediction', purpose: 'goodness', of: 'test', epoch: 1, rows: 1 } as const;
    const scored = { correct: 1, predicted: new Uint8Array(1), start: 50 };
    const events = Array.from({ length: 600 }, (_, microbatch): TraceEvent[] => [
      { ...arrival, microbatch },
      { ...prediction, microbatch, ...scored },
    ]).flat();
    write(events, 2);
    const { events: drawn, faults } = checkTrace(path);
    expect(faults).toEqual([]);
    const arrivals = drawn.filter(({ cat }) => cat === 'arrival');
    expect(arrivals.map(({ ph }) => ph).join('')).toBe(`X${'i'.repeat(599)}`);
    expect(drawn.filter(({ ph }) => 'stf'.includes(ph))).toEqual([]);
  });

  test('draws a wait of a device once, though each of its stages emits it', () => {
    const trace = new ChromeTrace(path);
    const sink = trace.run('zb-v', { stages: 4, placement: [0, 1, 1, 0] });
    for (const stage of [1, 2])
      for (const start of [0, 100]) sink.add({ kind: 'starved', stage, start, end: start + 50 });
    sink.add(op(2, 0, 50, 100));
    trace.close();
    const { events, faults } = checkTrace(path);
    expect(faults).toEqual([]);
    expect(slices([...events]).map(({ name, tid, ts }) => [name, tid, ts])).toEqual([
      ['starved', 3, 0],
      ['2F0', 3, 0.05],
      ['starved', 3, 0.1],
    ]);
  });

  test('gives each of its runs a share of the limits, and what one leaves to those after it', () => {
    const counts = (limits: { events?: number; bytes?: number }, microbatches: readonly number[]) => {
      const trace = new ChromeTrace(path, { ...limits, runs: microbatches.length });
      for (const [i, each] of microbatches.entries()) {
        const sink = trace.run(`run ${i}`, { stages: 1 });
        for (let m = 0; m < each; m++) sink.add(op(0, m, 2 * m, 2 * m + 1));
      }
      trace.close();
      return trace.runs.map(({ events, dropped }) => [events, dropped]);
    };
    expect(counts({ events: 100 }, [200, 200])).toEqual([
      [50, 150],
      [50, 150],
    ]);
    expect(counts({ events: 100 }, [10, 200])).toEqual([
      [10, 0],
      [90, 110],
    ]);
    const [[first], [second]] = counts({ bytes: 40_000 }, [500, 500]);
    expect(Math.abs(first - second)).toBeLessThan(10);
    expect(statSync(path).size).toBeLessThanOrEqual(40_500);
    expect(checkTrace(path).otherData.runs).toEqual([
      { name: 'run 0', events: first, dropped: 500 - first },
      { name: 'run 1', events: second, dropped: 500 - second },
    ]);
  });

  test('takes so many events and counts the others', () => {
    const events = pipeline(2, 10, [7]);
    expect(write(events, 2, 12)).toBe(events.length - 12);
    const { traceEvents, otherData } = parsed();
    expect(otherData).toEqual({
      ...{ events: 12, limit: 12, byteLimit: 20_000_000, dropped: events.length - 12 },
      runs: [{ name: 'ff', events: 12, dropped: events.length - 12 }],
    });
    expect(traceEvents.filter(({ ph }) => 'XC'.includes(ph))).toHaveLength(12);
    expect(write(events, 2, 0)).toBe(events.length);
    expect(write(events, 2, events.length)).toBe(0);
    expect(() => new ChromeTrace(path, { events: -1 })).toThrow(
      'limit must be a whole number of events, 0 or more; got -1',
    );
  });

  test('may be closed twice, and takes nothing after', () => {
    const trace = new ChromeTrace(path, { events: 1 });
    const sink = trace.run('ff', { stages: 1 });
    sink.add(op(0, 0, 0, 1));
    sink.add(op(0, 1, 1, 2));
    expect([trace.close(), trace.close()]).toEqual([1, 1]);
    expect(() => sink.add(op(0, 2, 2, 3))).toThrow(/must be open/);
    expect(() => trace.run('late', { stages: 1 })).toThrow(/must be open/);
    expect(slices(parsed().traceEvents)).toHaveLength(1);
  });

  test('without a run is valid too', () => {
    new ChromeTrace(path).close();
    expect(parsed()).toEqual({
      displayTimeUnit: 'ms',
      traceEvents: [],
      otherData: { events: 0, limit: 200_000, byteLimit: 20_000_000, dropped: 0, runs: [] },
    });
  });
});

describe('a Chrome trace whose process is killed', () => {
  test('is an array without its end, as the viewers accept, at every moment', () => {
    const trace = new ChromeTrace(path);
    expect(JSON.parse(`${text()}]`)).toEqual([]);
    const sink = trace.run('ff', { stages: 3 });
    let longest = text().length;
    for (const event of pipeline(3, 300, [7, 1000])) {
      sink.add(event);
      const prefix = text();
      if (prefix.length === longest) continue;
      longest = prefix.length;
      const events = JSON.parse(`${prefix}]`) as Chrome[];
      expect(events[0]).toMatchObject({ ph: 'M', name: 'process_name' });
    }
    expect(longest).toBeGreaterThan(100_000);
    trace.close();
  });

  test('shows what it is within the 64 bytes at which Perfetto looks', () => {
    const trace = new ChromeTrace(path);
    const sink = trace.run('ff', { stages: 1 });
    for (let m = 0; m < 1000; m++) sink.add(op(0, m, m, m + 1));
    expect(text().slice(0, 64).replaceAll(/\s/g, '')).toMatch(/^\[\{"/);
    trace.close();
    expect(text().slice(0, 64)).toMatch(/^\{"/);
  });
});

describe('a Chrome trace on a disk that fills up', () => {
  test('is valid after its close, without the piece that did not fit', () => {
    const trace = new ChromeTrace(path);
    const sink = trace.run('ff', { stages: 1 });
    disk.bytesLeft = 100_000;
    const add = () => {
      for (let m = 0; m < 1000; m++) sink.add(op(0, m, m, m + 1));
    };
    expect(add).toThrow(/ENOSPC/);
    disk.bytesLeft = Number.POSITIVE_INFINITY; // the half piece was cut off
    sink.add(op(0, 2000, 2000, 2001));
    trace.run('backprop', { stages: 1 });
    const dropped = trace.close();
    const { traceEvents, otherData } = parsed();
    expect(dropped).toBeGreaterThan(1);
    expect(slices(traceEvents)).toHaveLength(otherData.events!);
    expect(otherData.dropped).toBe(dropped);
  });

  test('can be seen as far as it came when even its end does not fit', () => {
    const trace = new ChromeTrace(path);
    const sink = trace.run('ff', { stages: 1 });
    for (let m = 0; m < 400; m++) sink.add(op(0, m, m, m + 1));
    disk.bytesLeft = 10;
    expect(() => trace.close()).toThrow(/ENOSPC/);
    expect(trace.close()).toBeGreaterThan(0);
    expect(slices(JSON.parse(`${text()}]`)).length).toBeGreaterThan(0);
  });
});
