import { expect, test } from 'vitest';
import type { OpEvent, OpKind } from '../../src/core/trace.ts';
import { opTimes } from '../../src/measures/op-times.ts';

const op = (kind: OpKind, stage: number, lasts: number, purpose: OpEvent['purpose'] = 'learn'): OpEvent => ({
  ...{ kind: 'op', op: kind, stage, purpose, microbatch: 0, rows: 1, start: 100, end: 100 + lasts },
  ...{ read: 0, written: 0, versions: 1, held: 0, macs: 0 },
});

test('times are means by stage and op, predictions left out', () => {
  const times = opTimes();
  for (const event of [
    op('F', 0, 10),
    op('F', 0, 20),
    op('W', 0, 7),
    op('F', 1, 5),
    op('F', 0, 999, 'goodness'),
  ])
    times.add(event);
  expect(times.value()).toEqual([
    { F: 15, B: 0, W: 7, U: 0 },
    { F: 5, B: 0, W: 0, U: 0 },
  ]);
});

test('the first ops are left out once there are many more', () => {
  const times = opTimes(2);
  for (let i = 0; i < 2; i++) times.add(op('F', 0, 1000));
  for (let i = 0; i < 17; i++) times.add(op('F', 0, 10));
  expect(times.value()[0].F).toBeCloseTo((2000 + 170) / 19, 10);
  times.add(op('F', 0, 10));
  expect(times.value()[0].F).toBe(10);
});
