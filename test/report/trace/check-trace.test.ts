import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkTrace } from './check-trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'check-trace-'));
const path = join(folder, 'trace.json');
afterAll(() => rmSync(folder, { recursive: true }));

const row = { ph: 'M', name: 'thread_name', pid: 1, tid: 2, args: { name: 'stage 0' } };
const slice = (ts: number, dur: number, tid = 2) => ({ ph: 'X', name: 'F', cat: 'F', pid: 1, tid, ts, dur });
const point = (ph: string, ts: number, tid = 2) => ({ ph, name: 'm', cat: 'c', id: 1, pid: 1, tid, ts });
const sound = [slice(0, 1), point('s', 0.5), slice(1, 2), point('t', 1), point('f', 2.999)];

function faultsOf(...events: object[]): readonly string[] {
  writeFileSync(path, JSON.stringify({ traceEvents: [row, ...events], otherData: {} }));
  return checkTrace(path).faults.map((fault) => fault.split(':')[0]);
}

test('a sound trace has no faults', () => {
  expect(faultsOf(...sound)).toEqual([]);
});

test.each<[string, object[]]>([
  ['a time below 0', [slice(-0.001, 1)]],
  ['finer than 1 ns', [slice(0.0005, 1)]],
  ['a row without a name', [slice(0, 1, 3)]],
  ['a slice that takes no time', [slice(0, 0)]],
  ['an overlap', [slice(0, 2), slice(1, 2)]],
  ['a nested slice', [slice(0, 3), slice(1, 2)]],
  ['an arrow of points s', [slice(0, 1), point('s', 0)]],
  ['an arrow of points ff', [slice(0, 1), point('f', 0), point('f', 0)]],
  [
    'an arrow back in time',
    [slice(0, 2), slice(0, 2, 4), { ...row, tid: 4 }, point('s', 1), point('f', 0, 4)],
  ],
  ['a time that goes back', [slice(1, 1), slice(0, 1)]],
  ['a point in no slice', [slice(0, 1), point('s', 0), point('f', 1)]],
  ['a point before its slice', [point('s', 0), slice(0, 1), point('f', 0.5)]],
])('%s is a fault', (fault, events) => {
  expect(faultsOf(...events)).toEqual([fault]);
});
