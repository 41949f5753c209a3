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
  /** places on the axis that are marked from top to bottom, each with its name */
  readonly marks?: readonly { readonly x: number; readonly name: string; readonly dashes?: string }[];
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
  const bounds = [y.from, y.to].some((bound) => bound !== undefined)
    ? { domain: [y.from ?? Math.min(...values), y.to ?? Math.max(...values)] }
    : {};
  return drawn({
    title,
    legend: series.map(({ name }) => name),
    options: (plot) => ({
      x: { label: x.label, ...(x.log ? logarithmic : fewWhole(rows.flat().map((point) => point.x))) },
      y: { label: y.label, grid: true, ...(y.log && logarithmic), ...bounds },
      marginLeft: 56,
      marginRight: 24,
      marks: [
        plot.ruleY(levels, { y: 'y', stroke: '#888', strokeDasharray: '3 3' }),
        plot.text(levels, { y: 'y', text: 'name', frameAnchor: 'right', dy: -7, fill: '#555' }),
        ...marks.flatMap((mark) => [
          plot.ruleX([mark.x], { stroke: '#5f5f5f', strokeDasharray: mark.dashes ?? '' }),
          plot.text([mark], {
            x: 'x',
            text: 'name',
            frameAnchor: 'top',
            dx: 3,
            textAnchor: 'start',
            fill: '#555',
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

/** Ticks of an axis that counts a few whole things, epochs for instance: at each of them and nowhere between. */
function fewWhole(values: readonly number[]): { readonly ticks?: number[]; readonly tickFormat?: string } {
  const [from, to] = [Math.min(...values), Math.max(...values)];
  if (to - from > 10 || !values.every(Number.isInteger)) return {};
  return { ticks: Array.from({ length: to - from + 1 }, (_, i) => from + i), tickFormat: ',' };
}
