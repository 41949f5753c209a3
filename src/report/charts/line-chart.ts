import { must } from '../../core/check.ts';
import { drawn, penOf } from './chart.ts';

/** One line of a chart. */
export interface ChartSeries {
  readonly name: string;
  /** in the order they are joined; `low` and `high` are drawn as a band, a y that is no finite number as a gap */
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly low?: number;
    readonly high?: number;
  }[];
}

/** Lines over one axis, with intervals. */
export interface LineChart {
  readonly title: string;
  /** what the axis counts, with its unit; `log` needs values above 0 */
  readonly x: { readonly label: string; readonly log?: boolean };
  readonly y: {
    readonly label: string;
    readonly log?: boolean;
    readonly from?: number;
    readonly to?: number;
  };
  readonly series: readonly ChartSeries[];
  /** whether each point has a symbol: not where there are many; left out, it has */
  readonly symbols?: boolean;
  /** places on the axis that are marked from top to bottom, each with its name above the lines, in `row` 0 or a higher one */
  readonly marks?: readonly {
    readonly x: number;
    readonly name: string;
    readonly dashes?: string;
    readonly row?: number;
  }[];
  /** levels to compare with, drawn across: a paper's figure, a target */
  readonly levels?: readonly { readonly y: number; readonly name: string }[];
}

/** numbers as they are read, not with the letters of SI */
const logarithmic = { type: 'log' as const, tickFormat: ',' };

/**
 * Draws lines as the text of an SVG file.
 *
 * @throws {RangeError} when there is no series, or none has a point that can be drawn
 */
export async function lineChart(chart: LineChart): Promise<string> {
  const { title, x, y, series, levels = [], symbols = true, marks = [] } = chart;
  const rows = series.map(({ points }) => points.filter((point) => Number.isFinite(point.x)));
  const values = rows
    .flat()
    .flatMap(({ y, low, high }) => [y, low, high])
    .filter((value) => Number.isFinite(value)) as number[];
  must(values.length > 0, `series of chart '${title}'`, 'at least one with a finite point', series.length);
  const xs = rows.flat().map((point) => point.x);
  const up = axisOf(y, values);
  const across = axisOf(x, xs);
  const markRows = Math.max(0, ...marks.map(({ row = 0 }) => row + 1));
  return drawn({
    title,
    legend: series.map(({ name }) => name),
    options: (plot) => ({
      x: { label: x.label, ...across },
      y: { label: y.label, grid: true, ...up },
      marginLeft: Math.max(56, 12 + wideOf(y.to ?? Math.max(...values))),
      marginRight: Math.max(24, 2 + wideOf(Math.max(...xs)) / 2),
      marginTop: 20 + markRow * markRows,
      marks: [
        plot.ruleY(levels, { y: 'y', stroke: '#888', strokeDasharray: '3 3' }),
        plot.text(levels, { y: 'y', text: 'name', frameAnchor: 'right', dy: -7, fill: '#555' }),
        ...marks.flatMap((mark) => [
          plot.ruleX([mark.x], { stroke: '#5f5f5f', strokeDasharray: mark.dashes ?? '' }),
          plot.text([mark], {
            ...{ x: 'x', text: 'name', fill: '#555' },
            ...{ frameAnchor: 'top', lineAnchor: 'bottom', dy: -2 - markRow * (mark.row ?? 0) },
          }),
        ]),
        ...rows.map((points, i) =>
          plot.areaY(
            points.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high)),
            { x: 'x', y1: 'low', y2: 'high', fill: penOf(i).colour, fillOpacity: 0.15 },
          ),
        ),
        ...rows.map((points, i) => {
          const { colour, dashes } = penOf(i);
          const pen = { stroke: colour, strokeWidth: 2, ...(dashes !== '' && { strokeDasharray: dashes }) };
          return plot.lineY(points, { x: 'x', y: 'y', ...pen });
        }),
        ...(symbols ? rows : []).map((points, i) => {
          const { colour, symbol } = penOf(i);
          return plot.dot(
            points.filter((point) => Number.isFinite(point.y)),
            { x: 'x', y: 'y', stroke: colour, fill: '#fff', symbol, r: 3.2 },
          );
        }),
      ],
    }),
  });
}

/** height of a row of names of marks */
const markRow = 13;

/** The scale of an axis. One value alone gets room on both sides: no tick can be placed on an axis without length. */
function axisOf(
  { log, from, to }: { readonly log?: boolean; readonly from?: number; readonly to?: number },
  values: readonly number[],
): {
  readonly type?: 'log';
  readonly domain?: [number, number];
  readonly ticks?: number[];
  readonly tickFormat?: string;
} {
  const [low, high] = [from ?? Math.min(...values), to ?? Math.max(...values)];
  const room = Math.abs(low) * 0.1 || 1;
  const domain: [number, number] = low === high ? [low - room, high + room] : [low, high];
  const bounded = low === high || from !== undefined || to !== undefined ? { domain } : {};
  return { ...(log ? logarithmic : fewWhole([low, high, ...values])), ...bounded };
}

/** Ticks of an axis that counts a few whole things, epochs for instance: at each of them and nowhere between. */
function fewWhole(values: readonly number[]): { readonly ticks?: number[]; readonly tickFormat?: string } {
  const [from, to] = [Math.min(...values), Math.max(...values)];
  if (to - from > 10 || !values.every(Number.isInteger)) return {};
  return { ticks: Array.from({ length: to - from + 1 }, (_, i) => from + i), tickFormat: ',' };
}

/** Pixels of a tick's number: a digit is about 6.4 wide, a comma half of that. */
function wideOf(value: number): number {
  const text = value.toLocaleString('en-US', { maximumFractionDigits: 0 });
  return [...text].reduce((sum, letter) => sum + (letter === ',' ? 3.2 : 6.4), 0);
}
