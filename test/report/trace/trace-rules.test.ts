import { expect, test } from 'vitest';
import { traceFault } from '../../../src/report.ts';

const slice = (ts: number, dur: number, tid = 1) => ({ ph: 'X', name: 'F 0', pid: 1, tid, ts, dur });
const point = (ph: string, ts: number, tid = 1) => ({ ph, name: 'm', cat: 'run', id: 7, pid: 1, tid, ts });

test('a trace within the rules has no fault: slices beside and in each other, arrows from slice to slice', () => {
  const events = [
    { ph: 'M', name: 'thread_name', pid: 1, tid: 1, args: { name: 'stage 0' } },
    ...[slice(0, 10), slice(1, 2), slice(2, 1), slice(10, 5), slice(20, 5, 2)],
    ...[point('s', 2), point('t', 9), point('f', 20, 2)],
    { ph: 'i', name: 'lost', pid: 1, tid: 1, ts: 3, s: 't' },
    { ph: 'C', name: 'accuracy', pid: 1, ts: 4, args: { accuracy: 1 } },
  ];
  expect(traceFault(events)).toBeUndefined();
});

test.each([
  ['an unknown phase', [{ ...slice(0, 1), ph: 'Q' }], 'ph of an event', 'one of X, i, C, M, s, t, f'],
  [
    'a slice without its length',
    [{ ph: 'X', name: 'F', pid: 1, tid: 1, ts: 0 }],
    "dur of an event 'X'",
    'there',
  ],
  ['a time below 0', [slice(-1, 2)], "ts of an event 'X'", 'microseconds, 0 or more'],
  [
    'slices that overlap',
    [slice(0, 10), slice(5, 10)],
    'slice at 5000 ns in row 1/1',
    'within the one that it begins in',
  ],
  [
    'an arrow without an end',
    [slice(0, 9), point('s', 1)],
    'arrow m 7 of run',
    'one beginning, points between, and one end',
  ],
  [
    'an arrow back in time',
    [slice(0, 9), point('s', 5), point('f', 1)],
    'arrow m 7 of run',
    'one beginning, points between, and one end',
  ],
  [
    'a point in no slice',
    [slice(0, 9), point('s', 1), point('f', 9)],
    'arrow m 7 of run',
    'of points that each lie in a slice',
  ],
])('%s is a fault', (_, events, thing, rule) => {
  expect(traceFault(events)).toMatchObject({ thing, rule });
});
