import type { OpEvent, TraceEvent } from '../../core/trace.ts';
import { OpRing } from './op-ring.ts';

export interface GanttOptions {
  /** characters of a line, the name of the row included */
  readonly width: number;
  /** whether ops are coloured, for a terminal; left out, false */
  readonly colours?: boolean;
}

/** A run as a picture made of letters: a fold over its trace. */
export interface Gantt {
  add(event: TraceEvent): void;
  /** @returns undefined where there were too many ops for a picture, or none */
  text(options: GanttOptions): string | undefined;
}

/** What the picture shows: times in nanoseconds on the run's clock. */
interface Window {
  readonly ops: readonly OpEvent[];
  readonly rows: number;
  readonly rowOf: (stage: number) => number;
  readonly from: number;
  readonly to: number;
}

/** rows that are drawn, and ops of a picture */
const rowsAtMost = 32;
const opsAtMost = 2000;
/** microbatches of the last stretch, where the pipeline is not deeper */
const stretch = 8;
const legend = [
  ...['F forward', 'B input gradient', 'W weight gradient', 'U update', '. waiting'],
  'capitals: even microbatches',
];
/** of a terminal; 60 more is the bright one */
const codes = { F: 34, B: 32, W: 33, U: 35, P: 36 } as const;

/**
 * A Gantt chart of ops: a row for each of the first 32 devices (or stages, where the trace does not tell their devices),
 * time from left to right. A letter is the op that takes most of its column's time, `P` is a prediction, `.` is waiting;
 * even microbatches are in capitals, odd ones in small letters. The number of the microbatch stands behind the first letter of
 * an op that has the columns for it.
 *
 * @param part  `all`: the whole run, if it has 2,000 ops or fewer; `last`: the last microbatches that were learned while
 *   every row was at work, from a ring of 2,000 ops
 */
export function gantt(part: 'all' | 'last' = 'all'): Gantt {
  const ops = new OpRing(opsAtMost);
  let placement: readonly number[] | undefined;
  let stages = 0;
  return {
    add(event) {
      if (event.kind === 'start') placement = event.placement;
      if (event.kind !== 'op' || event.end === event.start) return;
      stages = Math.max(stages, event.stage + 1);
      ops.add(event);
    },
    text(options) {
      if (part === 'all' && ops.overflowed) return undefined;
      const rowOf = (stage: number): number => placement?.[stage] ?? stage;
      const rows = Array.from({ length: stages }, (_, stage) => rowOf(stage) + 1);
      const all = { ops: ops.learned(part === 'all'), rows: Math.max(0, ...rows), rowOf };
      if (all.ops.length === 0) return undefined;
      return draw(part === 'all' ? { ...all, from: 0, to: lastEnd(all.ops) } : lastStretch(all), options);
    },
  };
}

/** From the F of the last microbatches at the first stage, to where the first row runs out of work. */
function lastStretch(all: Pick<Window, 'ops' | 'rows' | 'rowOf'>): Window {
  const ends = new Array<number>(all.rows).fill(0);
  for (const { stage, end } of all.ops) ends[all.rowOf(stage)] = Math.max(ends[all.rowOf(stage)], end);
  const whole = { from: Math.min(...all.ops.map(({ start }) => start)), to: lastEnd(all.ops) };
  const to = Math.min(...ends.filter((end) => end > 0));
  const begins = all.ops
    .filter(({ op, stage, purpose, end }) => op === 'F' && stage === 0 && purpose === 'learn' && end <= to)
    .map(({ start }) => start);
  const from = begins.at(-Math.max(stretch, 2 * all.rows)) ?? whole.from;
  return { ...all, ...(from < to ? { from, to } : whole) };
}

function lastEnd(ops: readonly OpEvent[]): number {
  return ops.reduce((latest, { end }) => Math.max(latest, end), 0);
}

function draw({ ops, rows, rowOf, from, to }: Window, { width, colours = false }: GanttOptions): string {
  const shown = Math.min(rows, rowsAtMost);
  const margin = `${shown - 1}`.length + 2;
  const columns = Math.max(10, width - margin);
  const column = (to - from) / columns;
  const spans = ops.filter(({ start, end }) => end > from && start < to);
  const lines = Array.from({ length: shown }, (_, row) => {
    const inRow = spans.filter(({ stage }) => rowOf(stage) === row);
    const cells = cellsOf(inRow, columns, column, from);
    return `${`${row}`.padStart(margin - 2)}  ${colours ? coloured(cells) : cells.join('')}`;
  });
  const indented = axis(columns, to - from).map((line) => `${' '.repeat(margin)}${line}`.trimEnd());
  const more = rows > shown ? [`… and ${rows - shown} more devices`] : [];
  const numbers = lines.some((line) => /[a-z]\d/i.test(line)) ? ['numbers: the microbatch'] : [];
  const predictions = spans.some(({ purpose }) => purpose !== 'learn') ? ['P prediction'] : [];
  return [...lines, ...more, ...indented, ...wrapped([...predictions, ...legend, ...numbers], width)].join(
    '\n',
  );
}

/** Entries with commas between, broken into lines between entries. */
function wrapped(entries: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const entry of entries) {
    const longer = lines.length === 0 ? undefined : `${lines[lines.length - 1]}, ${entry}`;
    if (longer !== undefined && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(entry);
  }
  return lines;
}

/** The letter of each column. */
function cellsOf(ops: readonly OpEvent[], columns: number, column: number, from: number): string[] {
  const most = new Float64Array(columns);
  const cells = new Array<string>(columns).fill('.');
  const busy = new Float64Array(columns);
  const owners = new Array<OpEvent | undefined>(columns).fill(undefined);
  for (const event of ops) {
    const [start, end] = [Math.max(0, event.start - from), event.end - from];
    const kind = event.purpose === 'learn' ? event.op : 'P';
    const letter = event.microbatch % 2 === 0 ? kind : kind.toLowerCase();
    for (let at = Math.floor(start / column); at < columns && at * column < end; at++) {
      const covered = Math.min(end, (at + 1) * column) - Math.max(start, at * column);
      busy[at] += covered;
      if (covered <= most[at]) continue;
      most[at] = covered;
      cells[at] = letter;
      owners[at] = event;
    }
  }
  const seen = cells.map((cell, at) => (2 * busy[at] < column ? '.' : cell));
  return numbered(seen, owners);
}

/** Writes the microbatch of each op behind its first letter, where one letter or more is left behind the number. */
function numbered(cells: string[], owners: readonly (OpEvent | undefined)[]): string[] {
  for (let at = 0; at < cells.length; at++) {
    const owner = owners[at];
    let end = at + 1;
    while (end < cells.length && owners[end] === owner && cells[end] === cells[at]) end++;
    const digits = owner === undefined || cells[at] === '.' ? '' : `${owner.microbatch}`;
    if (digits !== '' && end - at >= digits.length + 2) cells.splice(at + 1, digits.length, ...digits);
    at = end - 1;
  }
  return cells;
}

function coloured(cells: readonly string[]): string {
  return cells
    .join('')
    .replace(/F[F\d]*|f[f\d]*|B[B\d]*|b[b\d]*|W[W\d]*|w[w\d]*|U[U\d]*|u[u\d]*|P[P\d]*|p[p\d]*/g, (run) => {
      const kind = run[0].toUpperCase() as keyof typeof codes;
      const bright = run[0] === kind ? 0 : 60;
      return `\x1b[${codes[kind] + bright}m${run}\x1b[39m`;
    });
}

/** Marks at round times, and the times below them. */
function axis(columns: number, end: number): [marks: string, times: string] {
  const [scale, unit] = unitOf(end);
  const most = Math.max(1, Math.floor(columns / 12));
  const step = roundUp(end / scale / most);
  const marks = new Array<string>(columns).fill(' ');
  const times = new Array<string>(columns + 16).fill(' ');
  for (let i = 0; ; i++) {
    const at = Math.round((i * step * scale * columns) / end);
    if (at >= columns) break;
    marks[at] = '|';
    const label = `${+(i * step).toPrecision(10)}${i === 0 ? ` ${unit}` : ''}`;
    if (at + label.length <= columns) for (const [j, letter] of [...label].entries()) times[at + j] = letter;
  }
  return [marks.join(''), times.join('')];
}

function unitOf(nanoseconds: number): [number, string] {
  return nanoseconds >= 1e9
    ? [1e9, 's']
    : nanoseconds >= 1e6
      ? [1e6, 'ms']
      : nanoseconds >= 1e3
        ? [1e3, 'µs']
        : [1, 'ns'];
}

/** The next of 1, 2, 5, 10, 20, … */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10);
}
