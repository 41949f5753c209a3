import { writeFileSync } from 'node:fs';
import { columns, csvCell } from '../../report.ts';
import { type SimulationSettings, simulationShape } from '../settings/simulation-settings.ts';
import type { SweepRow } from './sweep.worker.ts';
import type { SweepGrid } from './sweep-grid.ts';

type Measured = Exclude<SweepRow, { readonly error: string }>;

/** What a table of results has of each point, with the unit. */
const figures = {
  throughput: ['microbatches/s', (row: Measured) => row.throughput],
  completed: ['microbatches/s', (row: Measured) => row.completed],
  makespan: ['s', (row: Measured) => row.makespan],
  latency: ['s, the mean', (row: Measured) => row.latency.mean],
  p99: ['s, of latencies', (row: Measured) => row.latency.p99],
  bubble: ['shares of the time', (row: Measured) => row.bubble.ofTotal],
  energy: ['J a microbatch', (row: Measured) => row.energy],
} as const;
export type Figure = keyof typeof figures;
export const figureNames = Object.keys(figures) as Figure[];
/** the others are the better the smaller they are */
const largeIsGood: readonly Figure[] = ['throughput', 'completed'];

/** The better of two values of a figure. */
export function betterOf(figure: Figure): (a: number, b: number) => number {
  return largeIsGood.includes(figure) ? Math.max : Math.min;
}

/** points that the terminal shows */
const shown = 20;

/** What came of a point: its figures and its throughput replication by replication, or why it failed. */
export type Point = { readonly settings: SimulationSettings } & (
  | { readonly figures: Readonly<Record<Figure, number>>; readonly throughputs: readonly number[] }
  | { readonly error: string }
);
type Good = Exclude<Point, { readonly error: string }>;

/** What a row says of its point, in little memory. */
export function pointOf(row: SweepRow): Point {
  const { settings } = row;
  if ('error' in row) return { settings, error: row.error };
  const all = figureNames.map((name) => [name, figures[name][1](row) ?? Number.NaN]);
  return { settings, figures: Object.fromEntries(all), throughputs: row.perReplication.throughput };
}

/** The points of a sweep, best first by one figure; and those that failed, each with its reason. */
export function resultsTable({ axes }: SweepGrid, points: readonly Point[], by: Figure): string {
  const keys = axes.map(({ key }) => key);
  const named = ({ settings }: Point): string[] => keys.map((key) => `${settings[key] ?? '–'}`);
  const sign = largeIsGood.includes(by) ? -1 : 1;
  const good = points.filter((point): point is Good => !('error' in point));
  // a figure that is none, as the latency of an overloaded line, comes last
  const rank = ({ figures }: Good): number =>
    Number.isFinite(figures[by]) ? sign * figures[by] : Number.MAX_VALUE;
  const best = good.toSorted((a, b) => rank(a) - rank(b));
  const picked = [...new Set<Figure>([by, 'throughput', 'makespan', 'bubble'])];
  const lines = best
    .slice(0, shown)
    .map((point) => [...named(point), ...picked.map((name) => short(point.figures[name]))]);
  const failures = points.flatMap((point) => ('error' in point ? [point] : []));
  return [
    ...(good.length > 0 ? [`best first by ${by}`, columns([...keys, ...picked], lines)] : []),
    ...(good.length > shown ? [`… and ${good.length - shown} more`] : []),
    ...(good.length > 0 ? picked.map((name) => `${name}: ${figures[name][0]}`) : []),
    ...failures.map((point) => {
      const names = named(point);
      return `failed: ${keys.map((key, i) => `${key}=${names[i]}`).join(' ')}: ${point.error}`;
    }),
  ].join('\n');
}

/** Four digits of a figure. */
export function short(value: number): string {
  return Number.isFinite(value) ? value.toLocaleString('en-US', { maximumSignificantDigits: 4 }) : '–';
}

/** All points as a table for spreadsheets: each setting, each figure, and the error of those that failed. */
export function writeCsv(path: string, points: readonly Point[]): void {
  const keys = Object.keys(simulationShape) as (keyof SimulationSettings)[];
  const lines = points.map((point) => {
    const failed = 'error' in point;
    const measured = figureNames.map((name) => (failed ? '' : csvCell(point.figures[name])));
    return [
      ...keys.map((key) => csvCell(point.settings[key])),
      ...measured,
      csvCell(failed ? point.error : ''),
    ];
  });
  const head = [...keys, ...figureNames, 'error'];
  writeFileSync(path, `${[head, ...lines].map((line) => line.join(',')).join('\n')}\n`, { flag: 'wx' });
}
