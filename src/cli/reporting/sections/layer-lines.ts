import type { ChartSeries } from '../../../report.ts';
import type { MetricsPoint } from '../read-metrics.ts';

/** layers that have lines */
const layersAtMost = 8;

type LayerPoint = NonNullable<MetricsPoint['layers']>[number];

/** Figures of each layer over the samples learned, a line a layer and figure; what no layer has, has none. */
export function layerLines(
  points: readonly MetricsPoint[],
  figures: readonly { readonly of: Exclude<keyof LayerPoint, 'layer'>; readonly name?: string }[],
): ChartSeries[] {
  const layers = [...new Set(points.flatMap(({ layers = [] }) => layers.map(({ layer }) => layer)))];
  return layers.slice(0, layersAtMost).flatMap((layer): ChartSeries[] =>
    figures.flatMap(({ of, name }) => {
      const values = points.flatMap(({ throughput, layers = [] }) => {
        const y = layers.find((one) => one.layer === layer)?.[of];
        return y === undefined ? [] : [{ x: throughput.samples, y }];
      });
      return values.length === 0
        ? []
        : [{ name: `layer ${layer}${name === undefined ? '' : `, ${name}`}`, points: values }];
    }),
  );
}
