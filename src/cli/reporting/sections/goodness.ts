import { type ChartSeries, lineChart, type ReportFigure } from '../../../report.ts';
import type { MetricsPoint } from '../read-metrics.ts';
import { linesTable } from './course.ts';

/** layers that have a pair of lines */
const layersAtMost = 8;

/** Mean goodness of positive rows and of negative ones, layer by layer, while the run learned. */
export async function goodnessFigure(
  { label, points }: { readonly label: string; readonly points: readonly MetricsPoint[] },
  id: string,
): Promise<ReportFigure | undefined> {
  const layers = [...new Set(points.flatMap(({ layers = [] }) => layers.map(({ layer }) => layer)))];
  const series = layers.slice(0, layersAtMost).flatMap((layer): ChartSeries[] =>
    (['positiveGoodness', 'negativeGoodness'] as const).flatMap((which) => {
      const values = points.flatMap(({ throughput, layers = [] }) => {
        const y = layers.find((one) => one.layer === layer)?.[which];
        return y === undefined ? [] : [{ x: throughput.samples, y }];
      });
      const name = `layer ${layer}, ${which === 'positiveGoodness' ? 'positive' : 'negative'}`;
      return values.length === 0 ? [] : [{ name, points: values }];
    }),
  );
  if (series.length === 0) return undefined;
  const title = `Goodness while learning: ${label}`;
  return {
    id,
    title,
    caption:
      'Moving means over about the last 50 microbatches, each by the weights before it was learned from.',
    svg: await lineChart({
      title,
      x: { label: 'samples learned' },
      y: { label: 'mean goodness' },
      series,
      symbols: series[0].points.length <= 40,
    }),
    data: linesTable('samples', 'mean goodness', series),
  };
}
