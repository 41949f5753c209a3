import { basename } from 'node:path';
import { z } from 'zod';
import {
  type ChartSeries,
  fileLines,
  heatMap,
  lineChart,
  type ReportDocument,
  type ReportFigure,
  type ReportTable,
} from '../../report.ts';
import type { SimulationSettings } from '../settings/simulation-settings.ts';
import { sweepCommand } from '../sweeping/sweep-command.ts';
import { linesTable } from './sections/course.ts';
import { bubbleByTheory } from './simulated-report.ts';

const schema = z.looseObject({
  settings: z.record(z.string(), z.unknown()),
  ...{ throughput: z.number(), makespan: z.number() },
  ci95: z.tuple([z.number(), z.number()]).nullish(),
  latency: z.looseObject({ mean: z.number().nullable() }),
  bubble: z.looseObject({ ofTotal: z.number() }),
});

/** What a report keeps of a point. */
interface SweptPoint {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly figures: Readonly<Record<Figure, number>>;
  readonly ci95: readonly [number, number] | null;
}

interface Axis {
  readonly key: string;
  readonly values: readonly unknown[];
}

type Figure = 'throughput' | 'makespan' | 'latency' | 'bubble';
const figures: Readonly<Record<Figure, { readonly label: string; readonly large: boolean }>> = {
  throughput: { label: 'microbatches/s', large: true },
  makespan: { label: 'makespan, s', large: false },
  latency: { label: 'mean latency, s', large: false },
  bubble: { label: 'bubble, % of total time', large: false },
};
/** points that the table shows, lines of a chart, and values of an axis of a heat map */
const [pointsAtMost, linesAtMost, valuesAtMost] = [60, 6, 40];

/**
 * The report of a sweep.
 *
 * @param path  of its rows
 * @throws {Error} one sentence, when a line is no row of a sweep
 */
export async function sweptReport(path: string): Promise<ReportDocument> {
  const { points, failed } = readPoints(path);
  if (points.length === 0) throw new Error(`rows of ${path} must have a point that was simulated; got none`);
  const axes = axesOf(points);
  const best = points.reduce((a, b) => (b.figures.throughput > a.figures.throughput ? b : a));
  const named = (point: SweptPoint): string =>
    axes.map(({ key }) => `${key} ${point.settings[key] ?? '–'}`).join(', ');
  const rate = best.figures.throughput.toLocaleString('en-US', { maximumSignificantDigits: 4 });
  const drawn = [...(await lines(points, axes)), ...(await maps(points, axes))];
  return {
    title: basename(path),
    headline: `${points.length.toLocaleString('en-US')} points${failed > 0 ? ` (${failed} more failed)` : ''}; the most throughput, ${rate} microbatches a second, has ${named(best) || 'the only one'}.`,
    sections: [
      ...(drawn.length > 0 ? [{ heading: 'By setting', figures: drawn }] : []),
      { heading: 'Points, best first by throughput', table: pointsTable(points, axes) },
    ],
    configuration: {
      varied: Object.fromEntries(axes.map(({ key, values }) => [key, values])),
      best: best.settings,
    },
    commands: [
      sweepCommand(
        path,
        points.map(({ settings }) => settings),
        axes,
      ),
    ],
  };
}

function readPoints(path: string): { points: SweptPoint[]; failed: number } {
  const points: SweptPoint[] = [];
  let failed = 0;
  fileLines(path, (line, number, last) => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      if (last) return; // torn: the process was killed
    }
    if (typeof value === 'object' && value !== null && 'settings' in value && 'error' in value) {
      failed++;
      return;
    }
    const row = schema.safeParse(value);
    if (!row.success)
      throw new Error(`line ${number} of ${path} must be a row of a sweep; got ${line.slice(0, 40)}`);
    const { settings, throughput, makespan, latency, bubble, ci95 } = row.data;
    const measured = {
      throughput,
      makespan,
      latency: latency.mean ?? Number.NaN,
      bubble: 100 * bubble.ofTotal,
    };
    points.push({ settings, figures: measured, ci95: ci95 ?? null });
  });
  return { points, failed };
}

/** Settings that differ from point to point, in their order. */
function axesOf(points: readonly SweptPoint[]): Axis[] {
  const keys = [...new Set(points.flatMap(({ settings }) => Object.keys(settings)))];
  const axes = keys.map((key) => {
    const values = [...new Set(points.map(({ settings }) => settings[key]))];
    const numbers = values.every((value) => typeof value === 'number');
    return { key, values: numbers ? (values as number[]).sort((a, b) => a - b) : values };
  });
  return axes.filter(({ values }) => values.length > 1);
}

/**
 * Throughput and bubble over the longest axis of numbers, a line for each value of another, of one of names if there is one;
 * the theory beside them.
 */
async function lines(points: readonly SweptPoint[], axes: readonly Axis[]): Promise<ReportFigure[]> {
  const numeric = axes.filter(({ values }) => values.every((value) => typeof value === 'number'));
  const [axis] = numeric.toSorted((a, b) => b.values.length - a.values.length);
  if (axis === undefined || axis.values.length < 2) return [];
  const names = (one: Axis): number => Number(!numeric.includes(one));
  const [other] = axes
    .filter((one) => one !== axis)
    .toSorted((a, b) => names(b) - names(a) || b.values.length - a.values.length);
  const groups = other?.values.slice(0, linesAtMost) ?? [undefined];
  const bestOf = (figure: Figure, value: unknown) =>
    (axis.values as number[]).flatMap((x) => {
      const here = points.filter(
        ({ settings }) => settings[axis.key] === x && (other === undefined || settings[other.key] === value),
      );
      return here.length === 0 ? [] : [{ x, best: here.reduce((a, b) => (better(figure, a, b) ? a : b)) }];
    });
  const seriesOf = (figure: Figure): ChartSeries[] =>
    groups.map((value) => ({
      name: other === undefined ? figure : `${other.key} ${value ?? '–'}`,
      points: bestOf(figure, value).map(({ x, best }) => {
        const interval =
          figure === 'throughput' && best.ci95 ? { low: best.ci95[0], high: best.ci95[1] } : {};
        return { x, y: best.figures[figure], ...interval };
      }),
    }));
  const theory = groups.flatMap((value) => {
    const line = theoryOf(bestOf('bubble', value));
    return line.length < 2
      ? []
      : [{ name: `theory${other ? `, ${other.key} ${value ?? '–'}` : ''}`, points: line }];
  });
  const rest = overTheOthers(axes, [axis, other]);
  return Promise.all(
    (['throughput', 'bubble'] as const).map(async (figure) => {
      const { label } = figures[figure];
      const series = [...seriesOf(figure), ...(figure === 'bubble' ? theory : [])].filter(
        ({ points: own }) => own.length > 0,
      );
      const title = `${figure === 'throughput' ? 'Throughput' : 'Bubble'} by ${axis.key}`;
      return {
        id: `${figure}-lines`,
        title,
        caption: `${figure === 'throughput' ? 'Bands are 95 % intervals, where there are replications.' : `Idle time of all devices.${theory.length > 0 ? ' Theory: (p − 1)/(m + p − 1) of m microbatches through p equal stages.' : ''}`}${rest}`,
        svg: await lineChart({ title, x: { label: axis.key }, y: { label, from: 0 }, series }),
        data: linesTable(axis.key, label, series),
      };
    }),
  );
}

/** What the closed form says of the very points that are drawn, where they are flushes through equal stages. */
function theoryOf(
  drawn: readonly { readonly x: number; readonly best: SweptPoint }[],
): ChartSeries['points'][number][] {
  return drawn.flatMap(({ x, best: { settings } }) => {
    const y = bubbleByTheory({ settings: settings as unknown as SimulationSettings });
    return y === null || !Number.isFinite(y) ? [] : [{ x, y }];
  });
}

/** What is said of the axes that a figure does not have; empty where it has them all. */
function overTheOthers(axes: readonly Axis[], shown: readonly (Axis | undefined)[]): string {
  const others = axes.filter((axis) => !shown.includes(axis)).map(({ key }) => key);
  return others.length === 0 ? '' : ` Each the best over ${others.join(' and ')}.`;
}

function better(figure: Figure, a: SweptPoint, b: SweptPoint): boolean {
  const [one, two] = [a.figures[figure], b.figures[figure]];
  return figures[figure].large ? !(two > one) : !(two < one);
}

/** A heat map of each figure over the two longest axes. */
async function maps(points: readonly SweptPoint[], axes: readonly Axis[]): Promise<ReportFigure[]> {
  const [first, second] = axes.toSorted((a, b) => b.values.length - a.values.length);
  if (second === undefined || first.values.length > valuesAtMost) return [];
  const [columns, rows] = [first, second].map(({ values }) => values.map((value) => `${value ?? '–'}`));
  const rest = overTheOthers(axes, [first, second]);
  const made = (Object.keys(figures) as Figure[]).map(async (figure) => {
    const values = second.values.map((row) =>
      first.values.map((column) => {
        const here = points.filter(
          ({ settings }) => settings[second.key] === row && settings[first.key] === column,
        );
        return here.length === 0
          ? Number.NaN
          : here.reduce((a, b) => (better(figure, a, b) ? a : b)).figures[figure];
      }),
    );
    if (!values.flat().some(Number.isFinite)) return undefined;
    const { label } = figures[figure];
    const title = `${label} by ${first.key} and ${second.key}`;
    return {
      id: `${figure}-map`,
      title,
      caption: `Darker is more.${rest}`,
      svg: await heatMap({ title, x: first.key, y: second.key, columns, rows, values }),
      data: {
        columns: [second.key, ...columns],
        rows: rows.map((row, i) => [
          row,
          ...values[i].map((value) => (Number.isFinite(value) ? value : null)),
        ]),
      },
    };
  });
  return (await Promise.all(made)).filter((figure) => figure !== undefined);
}

function pointsTable(points: readonly SweptPoint[], axes: readonly Axis[]): ReportTable {
  const best = points.toSorted((a, b) => b.figures.throughput - a.figures.throughput).slice(0, pointsAtMost);
  const names = Object.keys(figures) as Figure[];
  const cell = (value: unknown): string | number => (typeof value === 'number' ? value : `${value ?? '–'}`);
  return {
    columns: [...axes.map(({ key }) => key), ...names.map((name) => figures[name].label)],
    rows: best.map(({ settings, figures: own }) => [
      ...axes.map(({ key }) => cell(settings[key])),
      ...names.map((name) => (Number.isFinite(own[name]) ? own[name] : null)),
    ]),
  };
}
