import { describe, expect, test } from 'vitest';
import type { TraceEvent } from '../../src/core/trace.ts';
import { adwin } from '../../src/extend.ts';
import { detections, recoveries } from '../../src/report.ts';
import { arrival, op, start } from './trace.ts';

const fed = <T>(measure: { add(event: TraceEvent): void; value(): T }, ...events: TraceEvent[]): T => {
  for (const event of events) measure.add(event);
  return measure.value();
};
describe('recoveries', () => {
  const fault = (name: string, at: number): TraceEvent => ({
    ...{ kind: 'fault', fault: name, stage: 1, what: `${name} stage 1`, start: at },
  });
  test('of a killed stage: until its first new update', () => {
    const events = [start(2), arrival(0, 1), fault('kill', 1e9), op('U', 1, 0, 2e9, 3e9, { again: true })];
    expect(fed(recoveries(), ...events)).toEqual([{ fault: 'kill stage 1', stage: 1, seconds: null }]);
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
