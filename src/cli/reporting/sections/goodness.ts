import { type ChartSeries, lineChart, type ReportFigure } from '../../../report.ts';
import type { MetricsPoint } from '../read-metrics.ts';
import { linesTable } from './course.ts';
import { layerLines } from './layer-lines.ts';

/** What a group's first run told while it learned. */
interface Told {
  readonly label: string;
  readonly points: readonly MetricsPoint[];
}

const caption =
  'Moving means over about the last 50 microbatches, each by the weights before it was learned from.';

/** Mean goodness of positive rows and of negative ones, layer by layer, while the run learned. */
export async function goodnessFigure({ label, points }: Told, id: string): Promise<ReportFigure | undefined> {
  const series = layerLines(points, [
    { of: 'positiveGoodness', name: 'positive' },
    { of: 'negativeGoodness', name: 'negative' },
  ]);
  return figureOf(series, { id, title: `Goodness while learning: ${label}`, y: 'mean goodness' });
}

/** The loss of each layer that has one of its own, while the run learned. */
export async function lossFigure({ label, points }: Told, id: string): Promise<ReportFigure | undefined> {
  const series = layerLines(points, [{ of: 'loss' }]);
  return figureOf(series, { id, title: `Loss while learning: ${label}`, y: 'mean loss' });
}

async function figureOf(
  series: readonly ChartSeries[],
  { id, title, y }: { readonly id: string; readonly title: string; readonly y: string },
): Promise<ReportFigure | undefined> {
  if (series.length === 0) return undefined;
  const symbols = series[0].points.length <= 40;
  return {
    ...{ id, title, caption },
    svg: await lineChart({ title, x: { label: 'samples learned' }, y: { label: y }, series, symbols }),
    data: linesTable('samples', y, series),
  };
}
