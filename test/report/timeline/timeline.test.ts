import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpEvent, TraceEvent } from '../../../src/core/trace.ts';
import { kinds } from '../../../src/report/charts/timeline/timeline.ts';
import { CourseFold } from '../../../src/report/timeline/course.ts';
import { readTrace } from '../../../src/report/timeline/read-trace.ts';
import { TimelineFold } from '../../../src/report/timeline/timeline.ts';
import { ChromeTrace } from '../../../src/report/trace/chrome-trace.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'timeline-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function op(part: Partial<OpEvent> & { start: number; end: number }): OpEvent {
  const counted = { rows: 10, read: 0, written: 0, versions: 1, held: 0, macs: 0 };
  return { kind: 'op', op: 'F', stage: 0, microbatch: 0, purpose: 'learn', ...counted, ...part };
}

describe('a timeline', () => {
  it('of a short run has every slice', () => {
    const fold = new TimelineFold('t', 2);
    fold.add(op({ start: 0, end: 10 }), 0);
    fold.add({ kind: 'starved', stage: 1, start: 0, end: 10 }, 1);
    fold.add(op({ op: 'W', stage: 1, microbatch: 7, start: 10, end: 30 }), 1);
    const { slices, exact, end, count } = fold.value();
    expect({ exact, end, count }).toEqual({ exact: [[0, 30]], end: 30, count: 3 });
    expect(slices.map(({ kind, row, start }) => [kinds[kind], row, start])).toEqual([
      ['F', 0, 0],
      ['starved', 1, 0],
      ['W', 1, 10],
    ]);
  });

  it('of a long run keeps its longest and shortest ops and waits, and all of the time', () => {
    const fold = new TimelineFold('t', 2, { exactly: 100, bins: 128 });
    let at = 0;
    const planted = new Map<number, [string, number]>([
      [20_011, ['F', 5000]],
      [30_017, ['U', 1]],
      [40_031, ['blocked', 9000]],
    ]);
    const sums = [0, 0];
    for (let i = 0; i < 100_000; i++) {
      const [kind, length] = planted.get(i) ?? [i % 3 === 2 ? 'starved' : 'F', 100 + (i % 7)];
      const span = { start: at, end: at + length };
      const event: TraceEvent =
        kind === 'starved' || kind === 'blocked'
          ? { kind, stage: i % 2, ...span }
          : op({ op: kind as 'F', stage: i % 2, microbatch: i, ...span });
      fold.add(event, i % 2);
      sums[i % 2] += length;
      at += length;
    }
    const { slices, taken, exact, end } = fold.value();
    expect(end).toBe(at);
    const spans = slices.map(({ kind, start, end }) => [kinds[kind], end - start]);
    for (const one of planted.values()) expect(spans).toContainEqual(one);
    expect(slices.length).toBeLessThan(200 + 2 * 64 * 3 + 1);
    expect(taken.map((row) => Math.round(Array.from(row).reduce((sum, one) => sum + one, 0)))).toEqual(sums);
    // the first hundred and the last are there one by one
    const within = ([from, to]: readonly [number, number]): number =>
      slices.filter(({ start, end }) => start < to && end > from).length;
    expect(exact.map(within)).toEqual([100, 100]);
  });

  it('is the same from a trace file as from the events', () => {
    const path = join(folder, 'trace.json');
    const trace = new ChromeTrace(path);
    const sink = trace.run('a run', { stages: 2 });
    const direct = new TimelineFold('a run', 2);
    for (let i = 0; i < 50; i++) {
      const event = op({ stage: i % 2, microbatch: i, start: 1000 * i + 3, end: 1000 * i + 717 });
      const wait = { kind: 'starved', stage: i % 2, start: event.end, end: event.end + 200 } as const;
      for (const one of [event, wait]) {
        sink.add(one);
        direct.add(one, i % 2);
      }
    }
    trace.close();
    const read: TimelineFold[] = [];
    readTrace(path, (name, rows) => {
      const fold = new TimelineFold(name, rows);
      read.push(fold);
      return { add: (event, row) => fold.add(event, row) };
    });
    expect(read.map((fold) => fold.value())).toEqual([direct.value()]);
  });

  it('refuses a file that is no trace of ours in one sentence', () => {
    const says = (text: string): string => {
      const path = join(folder, 'broken.json');
      writeFileSync(path, text);
      try {
        readTrace(path, () => ({ add: () => {} }));
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const start = '{"displayTimeUnit":"ms","traceEvents":[\n';
    const name = '{"ph":"M","name":"process_name","pid":1,"tid":1,"args":{"name":"ff"}},\n';
    expect(says('{"a": 1}')).toContain('broken.json must be a trace that forwardflow wrote');
    expect(says(`${start}{"ph":\n],"otherData":{}}`)).toContain('line 2 of broken.json must be one event');
    expect(says(`${start}{"ph":"X","pid":7,"ts":0}\n]`)).toContain('of a process that was named before');
    expect(says(`${start}${name}{"ph":"X","pid":1,"tid":2,"ts":-1}\n]`)).toContain('at a time of 0 or more');
    expect(says(`${start}${' '.repeat(3e6)}`)).toContain('line 2 of broken.json must be of 1 MiB at most');
    expect(says(`${start}${name}{"ph":"X","pi`)).toBe(''); // torn: what is there counts
  });
});

describe('the course of a run', () => {
  it('has the throughput, latency and queues of a clock that ticks', () => {
    const fold = new CourseFold(1);
    // a microbatch of 10 samples each 1 ms, each learned from 3 ms after it came
    for (let i = 0; i < 1000; i++) {
      const at = 1e6 * i;
      fold.add({ kind: 'arrival', microbatch: i, purpose: 'learn', rows: 10, epoch: 0, start: at });
      fold.add(op({ microbatch: i, held: 640, start: at + 1e6, end: at + 2e6 }));
      fold.add(op({ op: 'U', microbatch: i, start: at + 2e6, end: at + 3e6 }));
    }
    const points = fold.value();
    const middle = points.slice(2, -2);
    expect(middle.length).toBeGreaterThan(50);
    const mean = (values: number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
    expect(mean(middle.map(({ samplesPerSecond }) => samplesPerSecond))).toBeCloseTo(10_000, -2);
    for (const { p50, p99, inFlight, held } of middle) {
      expect(Math.abs(p50 / 3 - 1)).toBeLessThan(0.02);
      expect(p99).toBe(p50);
      expect(inFlight).toBeGreaterThanOrEqual(2);
      expect(inFlight).toBeLessThanOrEqual(4);
      expect(held).toEqual([640]);
    }
  });

  it('of few microbatches has their rate, and what is held in every stretch', () => {
    const fold = new CourseFold(1);
    // four microbatches of 10 samples, each of F, a wait, W and U of 1 ms: 2,500 samples a second
    for (let i = 0; i < 4; i++) {
      const at = 4e6 * i;
      fold.add({ kind: 'arrival', microbatch: i, purpose: 'learn', rows: 10, epoch: 0, start: at });
      fold.add(op({ microbatch: i, held: 640, start: at, end: at + 1e6 }));
      fold.add(op({ op: 'W', microbatch: i, held: 640, start: at + 2e6, end: at + 3e6 }));
      fold.add(op({ op: 'U', microbatch: i, held: 0, start: at + 3e6, end: at + 4e6 }));
    }
    const points = fold.value();
    expect(points.length).toBeGreaterThan(50);
    for (const { seconds, samplesPerSecond, held } of points) {
      expect(samplesPerSecond).toBeCloseTo(2500, 6);
      const inMicrobatch = (1e3 * seconds) % 4;
      if (inMicrobatch > 0.2 && inMicrobatch < 2.8) expect(held).toEqual([640]);
      if (inMicrobatch > 3.2 && inMicrobatch < 3.8) expect(held).toEqual([0]);
    }
  });

  it('of a flush has the rate of its microbatches, which one update ends', () => {
    const fold = new CourseFold(1);
    // two flushes of four microbatches of 10 samples, 4 ms each: 10,000 samples a second
    for (let i = 0; i < 8; i++) {
      const at = 1e6 * i;
      fold.add({ kind: 'arrival', microbatch: i, purpose: 'learn', rows: 10, epoch: 0, start: at });
      fold.add(op({ microbatch: i, held: 640, start: at, end: at + 1e6 }));
      if (i % 4 === 3) fold.add(op({ op: 'U', microbatch: i, held: 0, start: at + 1e6, end: at + 1e6 }));
    }
    const points = fold.value();
    expect(points.length).toBeGreaterThan(50);
    for (const { samplesPerSecond } of points) expect(samplesPerSecond).toBeCloseTo(10_000, 6);
  });

  it('of an open line counts the wait in front of it', () => {
    const fold = new CourseFold(1);
    for (let i = 0; i < 100; i++) {
      const start = 1e6 * i;
      const intended = Float64Array.of(start - 30e6, start - 10e6);
      fold.add({ kind: 'arrival', microbatch: i, purpose: 'learn', rows: 2, epoch: 0, start, intended });
      if (i % 10 === 0) fold.add({ kind: 'tally', offered: 0, sent: 0, dropped: 0, waiting: 5 * i, start });
      fold.add(op({ op: 'U', microbatch: i, held: 0, start, end: start + 1e6 }));
    }
    const points = fold.value();
    for (const { p50 } of points.filter(({ p50 }) => !Number.isNaN(p50)))
      expect(Math.abs(p50 / 21 - 1)).toBeLessThan(0.02);
    const at = (seconds: number) => points.find((point) => point.seconds >= seconds)?.inFront;
    expect([at(0.035), at(0.055)]).toEqual([150, 250]);
  });

  it('of nothing learned is empty', () => {
    expect(new CourseFold(2).value()).toEqual([]);
  });
});
