import type { EndedOp, Onlooker } from '../../simulation/onlooker.ts';

export interface GanttOptions {
  /** characters of a line, the device's name included */
  readonly width: number;
  /** whether ops are coloured, for a terminal; left out, false */
  readonly colours?: boolean;
}

/** What a simulation did, as a picture made of letters: it looks on, and `text` is the picture. */
export interface Gantt {
  readonly onlooker: Onlooker;
  /** undefined where there were too many ops, or none */
  text(options: GanttOptions): string | undefined;
}

/** devices that are drawn, and ops of a run that is drawn at all */
const shown = 32;
const opsAtMost = 2000;
const legend = [
  ...['F forward', 'B input gradient', 'W weight gradient', 'U update', '. waiting'],
  'capitals: even microbatches',
];
/** of a terminal; 60 more is the bright one */
const codes = { F: 34, B: 32, W: 33, U: 35 } as const;

/**
 * A Gantt chart of a simulated run of 2,000 ops or fewer: a row for each of the first 32 devices, time from left to right. A
 * letter is the op that takes most of its column's time, `.` is waiting; microbatches are in capitals and small letters
 * by turns.
 */
export function gantt(): Gantt {
  const ops: EndedOp[] = [];
  let devices = 0;
  return {
    onlooker: {
      ended(op) {
        if (op.end === op.start) return;
        devices = Math.max(devices, op.device + 1);
        if (ops.length <= opsAtMost) ops.push(op);
      },
    },
    text: (options) => (ops.length === 0 || ops.length > opsAtMost ? undefined : draw(ops, devices, options)),
  };
}

function draw(ops: readonly EndedOp[], devices: number, { width, colours = false }: GanttOptions): string {
  const rows = Math.min(devices, shown);
  const margin = `${rows - 1}`.length + 2;
  const columns = Math.max(10, width - margin);
  const end = ops.reduce((latest, op) => Math.max(latest, op.end), 0);
  const column = end / columns;
  const lines = Array.from({ length: rows }, (_, device) => {
    const own = ops.filter((op) => op.device === device);
    const cells = cellsOf(own, columns, column);
    return `${`${device}`.padStart(margin - 2)}  ${colours ? coloured(cells) : cells.join('')}`;
  });
  const indented = axis(columns, end).map((line) => `${' '.repeat(margin)}${line}`.trimEnd());
  const more = devices > rows ? [`… and ${devices - rows} more devices`] : [];
  return [...lines, ...more, ...indented, ...wrapped(legend, width)].join('\n');
}

/** Lines of whole entries. */
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
function cellsOf(ops: readonly EndedOp[], columns: number, column: number): string[] {
  const most = new Float64Array(columns);
  const cells = new Array<string>(columns).fill('.');
  const busy = new Float64Array(columns);
  for (const { op, microbatch, start, end } of ops) {
    const letter = microbatch % 2 === 0 ? op : op.toLowerCase();
    for (let at = Math.floor(start / column); at < columns && at * column < end; at++) {
      const covered = Math.min(end, (at + 1) * column) - Math.max(start, at * column);
      busy[at] += covered;
      if (covered <= most[at]) continue;
      most[at] = covered;
      cells[at] = letter;
    }
  }
  return cells.map((cell, at) => (2 * busy[at] < column ? '.' : cell));
}

function coloured(cells: readonly string[]): string {
  return cells.join('').replace(/F+|f+|B+|b+|W+|w+|U+|u+/g, (run) => {
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
