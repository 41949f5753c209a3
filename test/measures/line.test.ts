import { describe, expect, test } from 'vitest';
import type { TraceEvent } from '../../src/core/trace.ts';
import { adwin } from '../../src/extend.ts';
import { detections, lineFlow, lineLatency, recoveries, stageFlow, staleness } from '../../src/report.ts';
import { arrival, op, start } from './trace.ts';

const fed = <T>(measure: { add(event: TraceEvent): void; value(): T }, ...events: TraceEvent[]): T => {
  for (const event of events) measure.add(event);
  return measure.value();
};
const tally = (offered: number, sent: number, dropped: number, waiting: number, at = 1e9): TraceEvent => ({
  ...{ kind: 'tally', offered, sent, dropped, waiting, start: at },
});
const lost = (rows: number): TraceEvent => ({ kind: 'lost', rows, reason: 'drop-oldest', start: 5 });
const learned = (microbatch: number, end: number, rows = 100) => [
  op('U', 0, microbatch, end - 1, end, { rows }),
  op('U', 1, microbatch, end - 1, end, { rows }),
];

describe('lineFlow', () => {
  test('offered = learned + dropped + in flight', () => {
    const events = [
      start(2),
      arrival(0, 1),
      arrival(1, 2),
      ...learned(0, 10),
      lost(30),
      tally(250, 200, 30, 20),
    ];
    expect(fed(lineFlow(), ...events)).toMatchObject({
      ...{ offered: 250, learned: 100, dropped: 30, droppedBy: { 'drop-oldest': 30 }, inFlight: 120 },
      ...{ violations: [], violationCount: 0, offeredPerSecond: 250, learnedPerSecond: 100 },
    });
  });

  test('tells where the books do not balance', () => {
    const wrong = fed(lineFlow(), start(2), arrival(0, 1), tally(250, 200, 30, 20));
    expect(wrong.violations).toEqual([
      'sent = arrivals to learn from at 1.000 s: 200 and 100',
      'dropped = losses at 1.000 s: 30 and 0',
      'sent = learned + in the pipeline at 1.000 s: 200 and 100',
    ]);
    expect(fed(lineFlow(), start(2), tally(1, 0, 0, 0)).violationCount).toBe(1);
  });

  test('does not count again what a restarted stage makes again', () => {
    const again = op('U', 0, 0, 20, 21, { again: true });
    const events = [start(2), arrival(0, 1), ...learned(0, 10), again, tally(100, 100, 0, 0)];
    expect(fed(lineFlow(), ...events)).toMatchObject({ learned: 100, inFlight: 0, violationCount: 0 });
  });
});

describe('lineLatency', () => {
  test('counts from when a sample was to come, not from when it was sent in', () => {
    const intended = Float64Array.of(0, 10e6);
    const events = [start(2), arrival(0, 50e6, { rows: 2, intended }), ...learned(0, 60e6, 2)];
    const { latencyMs, serviceMs } = fed(lineLatency(), ...events);
    expect(latencyMs.count).toBe(2);
    expect(latencyMs.mean).toBeCloseTo(55, 0);
    expect(latencyMs.max).toBeCloseTo(60, 0);
    expect(serviceMs.p50).toBeCloseTo(10, 1);
  });

  test('a frame is missed where its prediction is out later than a frame, or it was dropped', () => {
    const measure = lineLatency({ frames: { perSecond: 100 } });
    const ask = { rows: 2, intended: Float64Array.of(0, 5e6), purpose: 'goodness' } as const;
    const predicted: TraceEvent = {
      ...{ kind: 'prediction', microbatch: 0, purpose: 'goodness', of: 'running', epoch: 0, rows: 2 },
      ...{ correct: 0, predicted: new Uint8Array(2), start: 12e6 },
    };
    const { framesMissed, frames } = fed(measure, start(1), arrival(0, 6e6, ask), predicted, lost(1));
    expect({ framesMissed, frames }).toEqual({ framesMissed: 2, frames: 3 });
  });
});

test('staleness: microbatches sent in before the prediction that the weights have not seen', () => {
  const asks = arrival(2, 3, { purpose: 'goodness' });
  const predicts = (stage: number) => op('F', stage, 2, 20, 21, { purpose: 'goodness' });
  const events = [
    start(2),
    arrival(0, 1),
    arrival(1, 2),
    asks,
    op('U', 0, 0, 9, 10),
    predicts(0),
    predicts(1),
  ];
  expect(fed(staleness(), ...events)).toEqual([
    { mean: 1, max: 1, predictions: 1 },
    { mean: 2, max: 2, predictions: 1 },
  ]);
});

test('stageFlow: the queue into a stage over time, told in any order', () => {
  const events = [
    ...[start(2), arrival(0, 0), arrival(1, 0), op('F', 1, 0, 10, 20), op('F', 0, 0, 0, 10)],
    ...[op('F', 0, 1, 10, 15), op('U', 1, 0, 20, 25), op('F', 1, 1, 25, 40)],
  ];
  const [first, second] = fed(stageFlow(), ...events);
  // one waits 10 of the 10 before stage 0 began its last; microbatch 1 waits from 15 to 25 before stage 1
  expect(first.queue).toEqual({ mean: 1, p99: 1 });
  expect(second.queue.mean).toBeCloseTo(10 / 15, 12);
  expect(first.utilisation).toBeCloseTo(15 / 40, 12);
  expect(second.serviceMs.max).toBeCloseTo(15e-6, 9);
});

describe('recoveries', () => {
  const fault = (name: string, at: number): TraceEvent => ({
    ...{ kind: 'fault', fault: name, stage: 1, what: `${name} stage 1`, start: at },
  });
  test('of a killed stage: until its first new update', () => {
    const events = [start(2), arrival(0, 1), fault('kill', 1e9), op('U', 1, 0, 2e9, 3e9, { again: true })];
    expect(fed(recoveries(), ...events)).toEqual([{ fault: 'kill stage 1', stage: 1, seconds: undefined }]);
    expect(fed(recoveries(), ...events, op('U', 1, 0, 3e9, 4e9))[0].seconds).toBe(3);
  });

  test('of a slowed stage: until its backlog is what it was', () => {
    const events = [start(2), arrival(0, 1), fault('slow', 1e9), arrival(1, 2), arrival(2, 2)];
    const updates = [0, 1, 2].map((microbatch) => op('U', 1, microbatch, 0, (2 + microbatch) * 1e9));
    expect(fed(recoveries(), ...events, ...updates)[0].seconds).toBe(2);
  });
});

test('detections on the error and on each margin, and where in the stream', () => {
  const measure = detections({ detectors: [adwin()] });
  for (let i = 0; i < 2000; i++) measure.error(i, i >= 1000 ? 1 : 0);
  measure.add(start(1));
  for (let k = 0; k < 400; k++) {
    measure.add(arrival(k, k, { purpose: 'goodness', rows: 10 }));
    const layers = [
      { layer: 0, margin: 1 },
      { layer: 1, margin: k >= 200 ? 0.1 : 5 },
    ];
    measure.add(op('F', 0, k, k, k + 1, { purpose: 'goodness', layers }));
  }
  const found = measure.value();
  expect(new Set(found.map(({ on }) => on))).toEqual(new Set(['error', 'layer 1']));
  for (const { at } of found) {
    expect(at).toBeGreaterThanOrEqual(1000);
  }
  expect(found.find(({ on }) => on === 'layer 1')?.at).toBeGreaterThanOrEqual(2000);
});
