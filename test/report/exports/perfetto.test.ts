import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { forwardflow, nowhere } from '../../cli/forwardflow.ts';
import { checkTrace } from '../trace/check-trace.ts';

// What Perfetto's own trace processor reads in these very files is kept in fixtures/readers/perfetto.json.

const fixtures = fileURLToPath(new URL('../../../fixtures/readers', import.meta.url));
type Row = (string | number)[];
interface Event {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly args: Readonly<Record<string, string | number>>;
}
const kept = JSON.parse(readFileSync(join(fixtures, 'perfetto.json'), 'utf8')) as {
  readonly files: Record<string, string>;
  readonly read: Record<string, Record<'slices' | 'arrows' | 'counters' | 'complaints', Row[]>>;
};
const sha = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

const folder = nowhere();
const traces: Record<string, () => Promise<string>> = {
  'trace.json': async () => {
    const run = join(fixtures, '2026-11-28T15-58-07-compare');
    await forwardflow(['export', run, '--as', 'chrome', '--out', folder]);
    return join(folder, 'trace.json');
  },
  '1f1b.json': async () => {
    const trace = nowhere('1f1b.json');
    const setting = ['--schedule', '1f1b', '--stages', '4', '--microbatches', '8', '--no-report'];
    await forwardflow(['simulate', ...setting, '--trace', trace]);
    return trace;
  },
};

describe.each(Object.entries(traces))('Perfetto reads %s', (name, made) => {
  const read = kept.read[name];

  test('these bytes, without a complaint: every slice in its row, every arrow, every counter', async () => {
    const file = await made();
    expect(sha(readFileSync(file))).toBe(kept.files[name]);
    expect(read.complaints).toEqual([]);
    const events = checkTrace(file).events as unknown as readonly Event[];
    const slices = events.filter(({ ph }) => ph === 'X');
    const nameOf = names(events);
    expect(sorted(read.slices.map((row) => row.slice(0, 5)))).toEqual(
      sorted(
        slices.map((slice) => {
          const [start, lasts] = [nanoseconds(slice.ts), nanoseconds(slice.dur)];
          return [nameOf(slice.pid), nameOf(slice.pid, slice.tid), slice.name, start, lasts];
        }),
      ),
    );
    const points = events.filter(({ ph }) => ph === 't' || ph === 'f');
    expect(sorted(read.arrows.map((row) => row.slice(2)))).toEqual(
      sorted(
        points.map((point) => [sliceUnder(point, slices).name, nanoseconds(sliceUnder(point, slices).ts)]),
      ),
    );
    expect(read.counters).toHaveLength(
      events.filter(({ ph }) => ph === 'C').flatMap(({ args }) => Object.keys(args)).length,
    );
  });
});

const nanoseconds = (microseconds: number | undefined): number =>
  Math.round(1000 * (microseconds ?? Number.NaN));
const sorted = (rows: Row[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

/** What the trace calls a process, or a row of it. */
function names(events: readonly Event[]) {
  return (pid: number, tid?: number): string => {
    const kind = tid === undefined ? 'process_name' : 'thread_name';
    const said = events.find(
      (event) => event.name === kind && event.pid === pid && (tid === undefined || event.tid === tid),
    );
    return String(said?.args.name);
  };
}

/** The innermost slice that holds the point of an arrow. */
function sliceUnder(point: Event, slices: readonly Event[]): Event {
  const at = nanoseconds(point.ts);
  return slices
    .filter(({ pid, tid }) => pid === point.pid && tid === point.tid)
    .filter(({ ts, dur }) => nanoseconds(ts) <= at && at < nanoseconds(ts) + Math.max(1, nanoseconds(dur)))
    .sort((a, b) => nanoseconds(b.ts) - nanoseconds(a.ts))[0];
}
