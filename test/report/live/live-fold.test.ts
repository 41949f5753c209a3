import { expect, test } from 'vitest';
import type { OpEvent } from '../../../src/core/trace.ts';
import { LiveFold } from '../../../src/report/live/live-fold.ts';

const op = (event: Partial<OpEvent>): OpEvent => ({
  ...{ kind: 'op', op: 'U', stage: 1, microbatch: 0, purpose: 'learn', rows: 10 },
  ...{ start: 0, end: 1, read: 0, written: 1, versions: 1, held: 0, macs: 0 },
  ...event,
});

function fold(): LiveFold {
  const of = new LiveFold();
  of.add({ kind: 'start', stages: 2, tile: 'plain', kernels: 'plain', start: 0 });
  return of;
}

test('a stage’s time since the last look is split into shares that sum to 1, or are 0 where nothing was told', () => {
  const of = fold();
  of.add(op({ stage: 0, start: 0, end: 50 }));
  of.add({ kind: 'starved', stage: 0, start: 50, end: 80 });
  of.add({ kind: 'blocked', stage: 0, start: 80, end: 100 });
  expect(of.look(1).stages).toEqual([{ busy: 0.5, starved: 0.3, blocked: 0.2 }]);
  expect(of.look(2).stages).toEqual([{ busy: 0, starved: 0, blocked: 0 }]);
});

test('throughput is that of the last looks, and falls to nothing where nothing is learned', () => {
  const of = fold();
  const speeds = [];
  for (let second = 1; second <= 10; second++) {
    // 100 a second for five seconds; the stage before does not count, and neither does an op made again
    if (second <= 5) for (let i = 0; i < 10; i++) of.add(op({ microbatch: i }));
    of.add(op({ stage: 0 }));
    of.add(op({ again: true }));
    speeds.push(of.look(second).samplesPerSecond);
  }
  expect(speeds.slice(0, 6)).toEqual([100, 100, 100, 100, 100, 75]);
  expect(speeds.slice(-2)).toEqual([0, 0]);
  expect(of.look(11).samples).toBe(500);
});

test('a look tells of the last ops in the order of their ends, and of how many there were', () => {
  const of = fold();
  for (let i = 0; i < 1000; i++) of.add(op({ microbatch: i, stage: i % 2, end: i % 2 === 0 ? i : i - 4 }));
  const { ops, opsInAll } = of.look(1);
  expect([ops.length, opsInAll]).toEqual([48, 1000]);
  expect(ops.at(-1)).toEqual({ op: 'U', stage: 0, microbatch: 998, learns: true });
  expect(of.look(2)).toMatchObject({ ops: [], opsInAll: 0 });
});
