import { escaped } from '../escaped.ts';
import { svgFrame } from '../svg-frame.ts';
import { ticks, timeOf } from './axis.ts';
import { paints, patterns } from './paints.ts';
import { columnsOf, isExact, slicesIn, type View } from './shares.ts';
import { firstWait, kinds, type Slice, type Timeline } from './timeline.ts';

export interface TimelineDrawing {
  /** of the drawing, unlike that of any other in the page: letters, digits and hyphens */
  readonly id: string;
  /** pixels; left out, 960 */
  readonly width?: number;
}

/** pixels: names of rows, a row, and the space between two; of a column of shares */
const [left, high, gap, column] = [86, 26, 8, 3];
/** slices that are drawn one by one, and columns of all rows together */
const [slicesAtMost, columnsAtMost] = [1500, 2600];
const pixel = (value: number): number => Math.round(value * 10) / 10;

/**
 * Draws a stretch of a timeline as the text of an SVG file: each op a box with its letter where few are in view and all are
 * known, else columns with the share of each kind, and over them the longest ops and waits that are wide enough to be seen.
 */
export function drawTimeline(timeline: Timeline, view: View, { id, width = 960 }: TimelineDrawing): string {
  const wide = width - left - 12;
  const scale = wide / (view.to - view.from);
  const x = (time: number): number =>
    left + (Math.min(Math.max(time, view.from), view.to) - view.from) * scale;
  const legend = legendOf(timeline, id, width);
  const top = 28 + legend.height;
  const bottom = top + timeline.rows * (high + gap);
  const inView = Array.from({ length: timeline.rows }, (_, row) => slicesIn(timeline, row, view));
  const single =
    isExact(timeline, view) && inView.reduce((sum, { length }) => sum + length, 0) <= slicesAtMost;
  const rows = inView.map((slices, row) => {
    const y = top + row * (high + gap);
    const drawn = single
      ? slices.map((slice) => box(slice, timeline, x, y, id)).join('')
      : shares(timeline, row, view, { y, wide, id }) + extremes(slices, timeline, x, y, id);
    return nameOfRow(timeline, row, y) + drawn;
  });
  const axis = ticks(view.from, view.to).map(
    ({ at, text }) =>
      `<path d="M${pixel(x(at))},${top - 4}V${bottom}" stroke="#888" stroke-opacity="0.35" fill="none"/>` +
      `<text x="${pixel(x(at))}" y="${bottom + 14}" font-size="11" text-anchor="middle">${text}</text>`,
  );
  const below = [
    ...(timeline.allRows > timeline.rows
      ? [`… and ${timeline.allRows - timeline.rows} more ${timeline.each}s`]
      : []),
    ...(timeline.marked ? [`◆ and the line below ops: bottleneck, ${timeline.marked.name}`] : []),
    single
      ? 'each box is one op or wait; the number is its microbatch'
      : 'columns: share of each kind in a stretch of time; framed boxes: the longest ops and waits',
  ];
  const height = bottom + 24 + 16 * below.length;
  const title = `${timeline.title}, ${timeOf(view.from)} to ${timeOf(view.to)}`;
  return svgFrame({
    title,
    width,
    height,
    defs: patterns(id),
    inside: [
      legend.text,
      ...axis,
      ...rows,
      ...below.map(
        (text, i) => `<text x="12" y="${bottom + 32 + 16 * i}" font-size="11">${escaped(text)}</text>`,
      ),
    ],
  });
}

function legendOf({ taken, pairs }: Timeline, id: string, width: number): { text: string; height: number } {
  const there = kinds.filter((_, kind) =>
    taken.some((row) => {
      for (let i = kind; i < row.length; i += kinds.length) if (row[i] > 0) return true;
      return false;
    }),
  );
  let [x, y] = [12, 30];
  const entries = there.map((kind) => {
    const says =
      kind === 'F' && pairs ? 'F forward, positive (upper half) and negative rows' : paints[kind].says;
    const long = 36 + 6.4 * says.length;
    if (x > 12 && x + long > width) [x, y] = [12, y + 18];
    const entry = `<rect x="${x}" y="${y}" width="16" height="12" fill="url(#${id}-${kind})" stroke="#555" stroke-width="0.5"/><text x="${x + 22}" y="${y + 10}" font-size="11">${says}</text>`;
    x += long;
    return entry;
  });
  return { text: entries.join(''), height: y - 30 + 18 };
}

function nameOfRow({ each, slices, marked }: Timeline, row: number, y: number): string {
  const limits = marked?.ops.some(([stage, kind]) =>
    each === 'stage'
      ? stage === row
      : slices.some((one) => one.row === row && one.stage === stage && one.kind === kind),
  );
  return `<text x="${left - 8}" y="${y + high / 2 + 4}" font-size="12" text-anchor="end"${limits ? ' font-weight="700"' : ''}>${limits ? '◆ ' : ''}${each} ${row}</text>`;
}

function box(slice: Slice, timeline: Timeline, x: (time: number) => number, y: number, id: string): string {
  const { kind, stage, microbatch, start, end } = slice;
  const [from, to] = [x(start), x(end)];
  const [at, wide] = [pixel(from), Math.max(0.3, pixel(to - from))];
  const name = kinds[kind];
  const { colour, ink } = paints[name];
  const op = kind < firstWait;
  const letters = `${name}${microbatch}`.length;
  const label = !op || wide < 11 ? '' : wide > 8 + 7 * letters ? `${name}${microbatch}` : name;
  const limits = timeline.marked?.ops.some(([of, one]) => of === stage && one === kind);
  return [
    `<rect x="${at}" y="${y}" width="${wide}" height="${high}" fill="url(#${id}-${name})"/>`,
    ...(timeline.pairs && name === 'F'
      ? [
          `<rect x="${at}" y="${y + high / 2}" width="${wide}" height="${high / 2}" fill="#fff" fill-opacity="0.28"/>`,
        ]
      : []),
    ...(limits ? [`<rect x="${at}" y="${y + high + 1}" width="${wide}" height="3" fill="#222"/>`] : []),
    ...(label === ''
      ? []
      : [
          `<text x="${pixel((from + to) / 2)}" y="${y + high / 2 + 4}" font-size="11" text-anchor="middle" fill="${ink}" stroke="${colour}" stroke-width="3" paint-order="stroke">${label}</text>`,
        ]),
  ].join('');
}

/** One path for each kind. */
function shares(
  timeline: Timeline,
  row: number,
  view: View,
  { y, wide, id }: { readonly y: number; readonly wide: number; readonly id: string },
): string {
  const most = Math.max(20, Math.min(Math.floor(wide / column), Math.floor(columnsAtMost / timeline.rows)));
  const { count, shares } = columnsOf(timeline, row, view, most);
  const each = wide / count;
  const below = new Float64Array(count);
  return kinds
    .map((kind, k) => {
      let path = '';
      for (let at = 0; at < count; at++) {
        const tall = high * Math.min(1 - below[at], shares[at * kinds.length + k]);
        if (tall < 0.05) continue;
        below[at] += tall / high;
        path += `M${pixel(left + at * each)},${pixel(y + high * (1 - below[at]))}h${pixel(each)}v${pixel(tall)}h-${pixel(each)}z`;
      }
      return path === '' ? '' : `<path d="${path}" fill="url(#${id}-${kind})"/>`;
    })
    .join('');
}

/** Slices of two pixels or more, the longest last, so that they are seen. */
function extremes(
  slices: readonly Slice[],
  timeline: Timeline,
  x: (time: number) => number,
  y: number,
  id: string,
): string {
  const seen = slices.filter(({ start, end }) => x(end) - x(start) >= 2);
  const longest = seen.sort((a, b) => b.end - b.start - (a.end - a.start)).slice(0, 40);
  return longest
    .reverse()
    .map((slice) => {
      const [at, wide] = [pixel(x(slice.start)), pixel(x(slice.end) - x(slice.start))];
      const frame = `<rect x="${at}" y="${y}" width="${wide}" height="${high}" fill="none" stroke="#222" stroke-width="1"/>`;
      return box(slice, timeline, x, y, id) + frame;
    })
    .join('');
}
