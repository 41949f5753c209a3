import { type ChartSeries, lineChart, type ReportFigure } from '../../../report.ts';
import type { Traced } from './traced.ts';

/** edges and stages of one run that have a line each */
const linesAtMost = 6;

/** Throughput, latency, queues and memory over the time of the runs that have a trace. */
export async function courseFigures(traced: readonly Traced[], prefix: string): Promise<ReportFigure[]> {
  const runs = traced.filter(({ course }) => course.length > 1);
  if (runs.length === 0) return [];
  const over = (lines: readonly Line[], figure: Omit<Charted, 'lines'>) => charted({ ...figure, lines });
  const each = (name: string, of: (point: Traced['course'][number]) => number) =>
    runs.map((run) =>
      line(runs.length > 1 ? `${run.name}${name && `, ${name}`}` : name || run.name, run, of),
    );
  const stagesOf = (what: 'waiting' | 'held', named: (stage: number) => string): Line[] =>
    runs.flatMap((run) =>
      Array.from({ length: Math.min(linesAtMost, run.course[0][what].length) }, (_, stage) =>
        line(runs.length > 1 ? `${run.name}, ${named(stage)}` : named(stage), run, (point) =>
          what === 'held' ? point.held[stage] / 1024 : point.waiting[stage],
        ),
      ),
    );
  const figures = [
    over(
      each('', (point) => point.samplesPerSecond),
      {
        id: `${prefix}throughput`,
        title: 'Throughput over time',
        caption:
          'Samples that every stage has learned from, in each of about a hundred equal stretches of time.',
        label: 'samples/s',
      },
    ),
    over([...each('p50', (point) => point.p50), ...each('p99', (point) => point.p99)], {
      id: `${prefix}latency`,
      title: 'Latency over time',
      caption: 'Arrival to last update of the microbatches that ended in each stretch; steps of 9 %.',
      label: 'ms',
      log: true,
    }),
    over(
      [
        ...each('in flight', (point) => point.inFlight),
        ...stagesOf('waiting', (stage) => `waiting for stage ${stage}`),
      ],
      {
        id: `${prefix}queues`,
        title: 'Queue depth over time',
        caption:
          'Microbatches that had arrived and were not learned from by every stage, and those ready in front of each stage whose F had not begun, at the end of each stretch.',
        label: 'microbatches',
      },
    ),
    over(
      stagesOf('held', (stage) => `stage ${stage}`),
      {
        id: `${prefix}memory`,
        title: 'Activations held over time',
        caption: 'The most that each stage held for microbatches between F and W, in each stretch.',
        label: 'KiB',
      },
    ),
  ];
  return (await Promise.all(figures)).filter((figure) => figure !== undefined);
}

type Line = ChartSeries;

interface Charted {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly label: string;
  readonly log?: boolean;
  readonly lines: readonly Line[];
}

function line(name: string, { course }: Traced, of: (point: Traced['course'][number]) => number): Line {
  return { name, points: course.map((point) => ({ x: point.seconds, y: of(point) })) };
}

/** undefined where nothing differs from 0 */
async function charted({
  id,
  title,
  caption,
  label,
  log,
  lines,
}: Charted): Promise<ReportFigure | undefined> {
  const values = lines.flatMap(({ points }) => points.map(({ y }) => y)).filter(Number.isFinite);
  if (!values.some((value) => value !== 0)) return undefined;
  const y = log ? { label, log } : { label, from: 0 };
  const svg = await lineChart({ title, x: { label: 'seconds' }, y, series: lines, symbols: false });
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
