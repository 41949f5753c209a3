import { basename } from 'node:path';
import { must } from '../../core/check.ts';
import type { OpEvent, OpKind, TraceEvent } from '../../core/trace.ts';
import { fileLines } from './file-lines.ts';

/** Takes the events of one run of a trace. */
export interface RunReader {
  /** @param row  of the picture: the stage's, or its device's where the trace has a row a device */
  add(event: TraceEvent, row: number): void;
}

/** What the reader knows of a run: rows are numbered by the names that the trace gives them. */
interface Run {
  readonly name: string;
  /** rows are devices, which may have several stages each */
  devices: boolean;
  reader: RunReader | undefined;
  readonly rows: Map<number, number>;
  /** events that wait until the stages are known */
  readonly waiting: { readonly event: TraceEvent; readonly row: number }[];
}

type OpenRun = (name: string, rows: number, stages: number) => RunReader;

const ops: readonly string[] = ['F', 'B', 'W', 'U'] satisfies OpKind[];
const purposes: readonly unknown[] = ['learn', 'goodness', 'onePass'];
const waits: readonly unknown[] = ['starved', 'blocked', 'communicating'];
/** of a run whose rows are devices: events in which each stage does something */
const untilStagesKnown = 5000;
/** runs of a trace, and rows of a run */
const [runsAtMost, rowsAtMost] = [1000, 100_000];

/**
 * Reads a Chrome trace that we wrote, an event a line, in memory that does not grow with the file: ops, waits, arrivals
 * and what an open line has in front of it become the events that they were drawn from. Arrows and messages are passed over.
 *
 * @param open  is called for each run when its first events have come, with the number of its rows and of its stages
 * @throws {RangeError} when the file is not such a trace: which line, and what is wrong with it
 */
export function readTrace(path: string, open: OpenRun): void {
  const runs = new Map<number, Run>();
  const file = basename(path);
  fileLines(path, (line, number, last) => {
    if (number === 1) {
      const begins = line.startsWith('{"displayTimeUnit"') || line.startsWith('[');
      must(begins, file, 'a trace that forwardflow wrote, an event a line', line.slice(0, 40));
      return;
    }
    // arrows are half of a trace
    if (/^{"ph":"[stf]"/.test(line) || line === '' || line.startsWith(']')) return;
    if (takeOp(line, runs)) return;
    let event: Drawn;
    try {
      event = JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line) as Drawn;
    } catch {
      if (last) return; // torn: the process was killed
      must(false, `line ${number} of ${file}`, 'one event as JSON', line.slice(0, 40));
    }
    const wrong = (rule: string): never =>
      must(false, `event in line ${number} of ${file}`, rule, line.slice(0, 80)) as never;
    take(event, runs, open, wrong);
  });
  for (const run of runs.values()) if (run.waiting.length > 0) openRun(run, open);
}

interface Drawn {
  readonly ph?: unknown;
  readonly name?: unknown;
  readonly cat?: unknown;
  readonly pid?: unknown;
  readonly tid?: unknown;
  readonly ts?: unknown;
  readonly dur?: unknown;
  readonly args?: Readonly<Record<string, unknown>>;
}

function take(drawn: Drawn, runs: Map<number, Run>, open: OpenRun, wrong: (rule: string) => never): void {
  if (typeof drawn !== 'object' || drawn === null) wrong('an object');
  const { ph, cat, pid, tid, ts, dur = 0, args } = drawn;
  if (!Number.isSafeInteger(pid)) wrong('of a process with a whole number');
  const run = runs.get(pid as number);
  if (ph === 'M') {
    if (drawn.name === 'process_name') {
      if (runs.size >= runsAtMost) wrong(`of one of ${runsAtMost} runs at most`);
      const name = String(args?.name ?? 'run');
      runs.set(pid as number, { name, devices: false, reader: undefined, rows: new Map(), waiting: [] });
    } else if (drawn.name === 'thread_name' && run) nameRow(run, tid as number, String(args?.name), wrong);
    return;
  }
  if (run === undefined) wrong('of a process that was named before');
  const numbers = typeof ts === 'number' && typeof dur === 'number' && ts >= 0 && dur >= 0;
  if (!numbers || !Number.isFinite(ts + dur)) wrong('at a time of 0 or more');
  const start = Math.round((ts as number) * 1e3);
  const end = start + Math.round((dur as number) * 1e3);
  const known = run as Run;
  const row = known.rows.get(tid as number) ?? -1;
  const event = eventOf(drawn, { row, start, end, cat });
  if (event === undefined) return;
  if (known.reader) known.reader.add(event, row);
  else {
    known.waiting.push({ event, row });
    if (!known.devices || known.waiting.length === untilStagesKnown) openRun(known, open);
  }
}

function nameRow(run: Run, tid: number, title: string, wrong: (rule: string) => never): void {
  const [, kind, index] = /^(stage|device) (\d+)$/.exec(title) ?? [];
  if (kind === undefined) return;
  if (Number(index) >= rowsAtMost) wrong(`of one of ${rowsAtMost.toLocaleString('en-US')} rows at most`);
  run.devices = kind === 'device';
  run.rows.set(tid, Number(index));
}

function openRun(run: Run, open: OpenRun): void {
  const stage = ({ event }: Run['waiting'][number]): number => (event.kind === 'op' ? event.stage : 0);
  const rows = Math.max(1, run.rows.size);
  const stages = run.devices ? run.waiting.reduce((most, one) => Math.max(most, stage(one) + 1), 1) : rows;
  run.reader = open(run.name, rows, stages);
  for (const { event, row } of run.waiting) run.reader.add(event, row);
  run.waiting.length = 0;
}

/** An op as we write it: most of a trace, and five times as fast to read as any JSON. */
const opLine =
  /^\{"ph":"X","name":"\w* ?\d+","cat":"([FBWU])","pid":(\d{1,9}),"tid":(\d{1,9}),"ts":(\d+(?:\.\d+)?),"dur":(\d+(?:\.\d+)?),"args":\{"stage":(\d{1,5}),"microbatch":(\d{1,15}),"purpose":"(learn|goodness|onePass)","rows":(\d{1,9}),"read":\d+,"written":\d+,"versions":\d+,"held":(\d{1,15}),/;

/** Whether the line is an op of a run that is read already, and was handed to it. */
function takeOp(line: string, runs: ReadonlyMap<number, Run>): boolean {
  const found = opLine.exec(line);
  if (found === null) return false;
  const run = runs.get(Number(found[2]));
  const row = run?.rows.get(Number(found[3]));
  if (run?.reader === undefined || row === undefined) return false;
  const start = Math.round(Number(found[4]) * 1e3);
  run.reader.add(
    opOf(found[1] as OpKind, {
      stage: Number(found[6]),
      microbatch: Number(found[7]),
      purpose: found[8] as OpEvent['purpose'],
      rows: Number(found[9]),
      held: Number(found[10]),
      start,
      end: start + Math.round(Number(found[5]) * 1e3),
    }),
    row,
  );
  return true;
}

type OpRead = Pick<OpEvent, 'stage' | 'microbatch' | 'purpose' | 'rows' | 'held' | 'start' | 'end'>;

/** What a report makes nothing of is 0. */
function opOf(op: OpKind, { stage, microbatch, purpose, rows, held, start, end }: OpRead): OpEvent {
  return {
    kind: 'op',
    op,
    stage,
    microbatch,
    purpose,
    rows,
    held,
    start,
    end,
    read: 0,
    written: 0,
    versions: 1,
    macs: 0,
  };
}

/** The event that was drawn; undefined for what has no part in a report. */
function eventOf(
  { ph, name, args = {} }: Drawn,
  { row, start, end, cat }: { row: number; start: number; end: number; cat: unknown },
): TraceEvent | undefined {
  const number = (key: string): number => {
    const value = args[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : 0;
  };
  const purpose = (purposes.includes(args.purpose) ? args.purpose : 'learn') as 'learn';
  const [microbatch, rows] = [number('microbatch'), number('rows')];
  if (ph === 'X' && row >= 0 && ops.includes(String(cat))) {
    const stage = Math.trunc(Math.min(rowsAtMost, Math.max(0, number('stage'))));
    return opOf(cat as OpKind, { stage, microbatch, purpose, rows, held: number('held'), start, end });
  }
  if (ph === 'X' && row >= 0 && cat === 'wait' && waits.includes(name))
    return { kind: name as 'starved', stage: row, start, end };
  if (cat === 'arrival') {
    const of = args.of === 'negatives' ? { of: 'negatives' as const } : {};
    const planned = 'waited_ns' in args && { intended: Float64Array.of(start - number('waited_ns')) };
    return { kind: 'arrival', microbatch, purpose, ...of, rows, epoch: number('epoch'), ...planned, start };
  }
  if (cat === 'tally') {
    const waiting = Math.max(0, number('samples'));
    return { kind: 'tally', offered: 0, sent: 0, dropped: 0, waiting, start };
  }
  return undefined;
}
