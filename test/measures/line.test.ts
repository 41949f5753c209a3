import { describe, expect, it } from 'vitest';
import type { OpEvent, TraceEvent } from '../../src/core/trace.ts';
import { framesMissed } from '../../src/measures/frames-missed.ts';
import { lineFlow } from '../../src/measures/line-flow.ts';
import { lineLatency } from '../../src/measures/line-latency.ts';
import type { Measure } from '../../src/measures/measure.ts';
import { waiting } from '../../src/measures/waiting.ts';

const ms = 1e6;

const start: TraceEvent = { kind: 'start', stages: 2, tile: '', kernels: '', start: 0 };
const came = (microbatch: number, at: number, intended: number[]): TraceEvent => ({
  ...{ kind: 'arrival', microbatch, purpose: 'learn', rows: intended.length, epoch: 0, start: at * ms },
  intended: Float64Array.from(intended, (time) => time * ms),
  ids: Float64Array.from(intended, (_, i) => i),
});
const op = (
  kind: OpEvent['op'],
  stage: number,
  microbatch: number,
  [from, to]: readonly [number, number],
  more: Partial<OpEvent> = {},
): TraceEvent => ({
  ...{ kind: 'op', op: kind, stage, microbatch, purpose: 'learn', rows: 2, start: from * ms, end: to * ms },
  ...{ read: 0, written: 0, versions: 1, held: 0, macs: 0, ...more },
});
const tally = (at: number, offered: number, sent: number, dropped: number, waits: number): TraceEvent => ({
  ...{ kind: 'tally', offered, sent, dropped, waiting: waits, start: at * ms },
});
const over = <T>(measure: Measure<T>, events: readonly TraceEvent[]): T => {
  for (const event of events) measure.add(event);
  return measure.value();
};

/** Two microbatches of two samples through two stages; a third was dropped, a fourth waits. */
const events: readonly TraceEvent[] = [
  start,
  came(0, 10, [4, 10]),
  op('F', 0, 0, [10, 12]),
  op('W', 0, 0, [12, 13]),
  op('U', 0, 0, [13, 14]),
  came(1, 15, [11, 15]),
  op('F', 1, 0, [20, 22]),
  op('W', 1, 0, [22, 23]),
  op('U', 1, 0, [23, 24]),
  { kind: 'lost', rows: 2, reason: 'drop-newest', start: 20 * ms },
  op('F', 0, 1, [16, 17]),
  op('U', 0, 1, [17, 18], { again: true }),
  tally(25, 7, 4, 2, 1),
];

describe('the flow of a line', () => {
  it('counts what came, was learned from everywhere, was dropped and is on its way', () => {
    expect(over(lineFlow(), events)).toEqual({
      ...{ offered: 7, learned: 2, dropped: { total: 2, byReason: { 'drop-newest': 2 } } },
      ...{ inFlight: 3, waiting: 1, held: 1, violations: [], here: { offered: 7, learned: 2 } },
    });
  });

  it('tells where they do not add up', () => {
    const { held, violations } = over(lineFlow(), [...events, tally(30, 9, 4, 2, 1)]);
    expect(held).toBe(1);
    expect(violations).toEqual(['at 0.0 s: 9 offered; 2 learned + 2 dropped + 2 inside + 1 waiting']);
  });
});

it('a run that goes on counts from where the one before was', () => {
  const goesOn: TraceEvent = { ...(start as TraceEvent & { kind: 'start' }), from: 10 };
  const { offered, learned, dropped, here, violations } = over(lineFlow(), [
    goesOn,
    ...events.slice(1, -1),
    tally(25, 107, 94, 12, 1),
  ]);
  expect([offered, learned, dropped.total, here, violations]).toEqual([
    107,
    92,
    12,
    { offered: 7, learned: 2 },
    [],
  ]);
});

it('latency counts from the intended time, service from when the microbatch went in', () => {
  const { latencyMs, serviceMs, samples } = over(lineLatency(), events);
  expect(samples).toBe(2);
  expect(latencyMs.max).toBeCloseTo(20, 1);
  expect(latencyMs.p50).toBeCloseTo(14, 1);
  expect(serviceMs.max).toBeCloseTo(14, 1);
});

it('latency to a prediction counts from the intended time, in whatever order it is told', () => {
  const asked: TraceEvent = {
    ...(came(5, 3, [1, 2]) as TraceEvent & { kind: 'arrival' }),
    purpose: 'goodness',
  };
  const predicted: TraceEvent = {
    ...{ kind: 'prediction', microbatch: 5, purpose: 'goodness', of: 'running', epoch: 0, rows: 2 },
    ...{ correct: 1, predicted: Uint8Array.of(0, 1), start: 9 * ms },
  };
  expect(over(lineLatency(), [start, asked, predicted]).predictionMs.max).toBeCloseTo(8, 1);
});

it('queues follow from waits by Little’s law, staleness from what was sent and not yet learned from', () => {
  const predicts = op('F', 1, 9, [21, 22], { purpose: 'goodness' });
  const [first, second] = over(waiting(), [...events.slice(0, 6), predicts, ...events.slice(6)]);
  expect([first.queue, second.queue]).toEqual([1 / 24, 8 / 24]);
  expect(second.longestWaitMs).toBe(8);
  expect([second.staleness, second.mostStale, first.staleness]).toEqual([2, 2, undefined]);
});

it('frames are missed where they are lost, or predicted too late', () => {
  const asked = (microbatch: number, intended: number[]): TraceEvent => ({
    ...(came(microbatch, 0, intended) as TraceEvent & { kind: 'arrival' }),
    purpose: 'goodness',
  });
  const predicted = (microbatch: number, at: number): TraceEvent => ({
    ...{ kind: 'prediction', microbatch, purpose: 'goodness', of: 'running', epoch: 0, rows: 2 },
    ...{ correct: 1, predicted: Uint8Array.of(0, 1), start: at * ms },
  });
  const lost: TraceEvent = { kind: 'lost', rows: 1, reason: 'drop-newest', start: 0 };
  const seen = [asked(0, [0, 10]), predicted(0, 25), lost, asked(1, [20, 30]), predicted(1, 31)];
  expect(over(framesMissed(20 * ms), seen)).toEqual({ missed: 2, share: 2 / 5 });
});
