import { type ChartSeries, type CoursePoint, lineChart, type ReportFigure } from '../../../report.ts';
import type { Traced } from './traced.ts';

/** edges and stages of one run that have a line each */
const linesAtMost = 6;
/** points of a line that have a symbol each */
const symbolsAtMost = 24;
/** lines of several runs in one chart, at most: each has a colour of its own */
const linesTogether = 6;

/** Throughput, latency, queues and memory over the time of the runs that have a trace. */
export async function courseFigures(traced: readonly Traced[], prefix: string): Promise<ReportFigure[]> {
  const runs = traced.filter(({ course }) => course.length > 1);
  if (runs.length === 0) return [];
  const unit = runs[0].unit ?? 'samples';
  const open = runs.some(({ course }) => course[0].inFront !== undefined);
  const figures = [
    figureOf(runs, (point) => point.samplesPerSecond, {
      id: `${prefix}throughput`,
      title: 'Throughput over time',
      caption: `${unit === 'samples' ? 'Samples' : 'Microbatches'} that every stage has learned from, in each of about a hundred equal stretches of time; those of the microbatches of an update count evenly from the update before to their own.`,
      label: `${unit}/s`,
    }),
    ...eachOrAll(runs, 2, {
      of: () => [
        ['p50', (point) => point.p50],
        ['p99', (point) => point.p99],
      ],
      id: `${prefix}latency`,
      title: 'Latency over time',
      caption: `${open ? 'From when the samples of a microbatch were to come, on average,' : 'Arrival'} to last update, of the microbatches that ended in each stretch; to 2 %. Stretches in which none ended are left out.`,
      label: 'ms',
      log: true,
    }),
    figureOf(
      runs.filter(({ course }) => course[0].inFront !== undefined),
      (point) => point.inFront ?? Number.NaN,
      {
        id: `${prefix}front`,
        title: 'Samples in front of the pipeline over time',
        caption: 'Samples that had come and had not been sent in, as the line told once a second.',
        label: 'samples',
      },
    ),
    ...eachOrAll(runs, 1 + stagesOf(runs, 'waiting'), {
      of: (run) => [
        ['in flight', (point) => point.inFlight],
        ...linesOf(run, 'waiting', (stage) => `waiting for stage ${stage}`),
      ],
      id: `${prefix}queues`,
      title: 'Queue depth over time',
      caption: `Microbatches that had ${open ? 'gone in' : 'arrived'} and were not learned from by every stage, and those ready in front of each stage whose F had not begun, at the end of each stretch.`,
      label: 'microbatches',
    }),
    ...eachOrAll(runs, stagesOf(runs, 'held'), {
      of: (run) => linesOf(run, 'held', (stage) => `stage ${stage}`),
      id: `${prefix}memory`,
      title: 'Activations held over time',
      caption: 'The most that each stage held for microbatches between F and W, in each stretch.',
      label: 'KiB',
    }),
  ];
  return (await Promise.all(figures)).filter((figure) => figure !== undefined);
}

/** A line of a run: what it is, and its value at a point. */
type Named = readonly [name: string, of: (point: CoursePoint) => number];

/** Lines in one chart where they can be told apart, else a chart a run. */
function eachOrAll(
  runs: readonly Traced[],
  linesEach: number,
  { of, ...figure }: Omit<Charted, 'lines'> & { readonly of: (run: Traced) => readonly Named[] },
): Promise<ReportFigure | undefined>[] {
  const lines = (run: Traced, name: string): Line[] =>
    of(run).map(([what, value]) => line(name === '' ? what : `${name}, ${what}`, run, value));
  if (runs.length === 1) return [charted({ ...figure, lines: lines(runs[0], '') })];
  if (runs.length * linesEach <= linesTogether)
    return [charted({ ...figure, lines: runs.flatMap((run) => lines(run, run.name)) })];
  const values = runs.flatMap((run) => lines(run, '').flatMap(({ points }) => points.map(({ y }) => y)));
  const to = Math.max(...values.filter(Number.isFinite));
  return runs.map((run, i) =>
    charted({
      ...figure,
      ...{ id: `${figure.id}-${i + 1}`, title: `${figure.title}: ${run.name}` },
      ...{ lines: lines(run, ''), to },
    }),
  );
}

/** A chart with a line of each run. */
async function figureOf(
  runs: readonly Traced[],
  value: (point: CoursePoint) => number,
  figure: Omit<Charted, 'lines'>,
): Promise<ReportFigure | undefined> {
  return runs.length === 0
    ? undefined
    : charted({ ...figure, lines: runs.map((run) => line(run.name, run, value)) });
}

function stagesOf(runs: readonly Traced[], what: 'waiting' | 'held'): number {
  return Math.max(...runs.map(({ course }) => Math.min(linesAtMost, course[0][what].length)));
}

function linesOf(run: Traced, what: 'waiting' | 'held', named: (stage: number) => string): Named[] {
  return Array.from({ length: stagesOf([run], what) }, (_, stage) => [
    named(stage),
    (point) => (what === 'held' ? point.held[stage] / 1024 : point.waiting[stage]),
  ]);
}

type Line = ChartSeries;

interface Charted {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly label: string;
  readonly log?: boolean;
  /** where the axis ends; left out, at its greatest value */
  readonly to?: number;
  readonly lines: readonly Line[];
}

function line(name: string, { course }: Traced, of: (point: CoursePoint) => number): Line {
  const points = course.map((point) => ({ x: point.seconds, y: of(point) }));
  return { name, points: points.filter(({ y }) => Number.isFinite(y)) };
}

/** undefined where nothing differs from 0 */
async function charted({
  id,
  title,
  caption,
  label,
  log,
  to,
  lines,
}: Charted): Promise<ReportFigure | undefined> {
  const values = lines.flatMap(({ points }) => points.map(({ y }) => y)).filter(Number.isFinite);
  if (!values.some((value) => value !== 0)) return undefined;
  const y = { label, ...(log ? { log } : { from: 0 }), ...(to !== undefined && { to }) };
  const symbols = lines.every(({ points }) => points.length <= symbolsAtMost);
  const svg = await lineChart({ title, x: { label: 'seconds' }, y, series: lines, symbols });
  return { id, title, caption, svg, data: linesTable('seconds', label, lines) };
}

/** Lines as a table: a row a point. */
export function linesTable(x: string, y: string, lines: readonly ChartSeries[]): ReportFigure['data'] {
  const bands = lines.some(({ points }) => points.some(({ low }) => low !== undefined));
  const finite = (value: number | undefined): number | null =>
    value !== undefined && Number.isFinite(value) ? value : null;
  return {
    columns: ['series', x, y, ...(bands ? ['low', 'high'] : [])],
    rows: lines.flatMap(({ name, points }) =>
      points.map((point) => [
        name,
        point.x,
        finite(point.y),
        ...(bands ? [finite(point.low), finite(point.high)] : []),
      ]),
    ),
  };
}
