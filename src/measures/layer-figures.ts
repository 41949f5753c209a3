import type { LayerFigures } from '../core/trace.ts';
import type { Measure } from './measure.ts';

type Figure = Exclude<keyof LayerFigures, 'layer' | 'positiveCounts' | 'negativeCounts'>;
const figures: readonly Figure[] = ['loss', 'positiveGoodness', 'negativeGoodness', 'accuracy'];

/**
 * What each layer makes of the microbatches that it learns from, wherever it runs: moving means of its figures over about the
 * last `span` microbatches, in the order of the layers. A layer that makes nothing of them by itself, such as a hidden layer of
 * backprop, is left out.
 *
 * @param span  microbatches, ≥ 1
 */
export function layerFigures(span = 50): Measure<readonly LayerFigures[]> {
  const layers: ({ readonly means: Partial<Record<Figure, number>>; seen: number } | undefined)[] = [];
  return {
    add(event) {
      if (event.kind !== 'op' || event.again || event.purpose !== 'learn' || event.layers === undefined)
        return;
      for (const one of event.layers) {
        layers[one.layer] ??= { means: {}, seen: 0 };
        const into = layers[one.layer] as { means: Partial<Record<Figure, number>>; seen: number };
        const share = 1 / Math.min(++into.seen, span);
        for (const figure of figures) {
          const value = one[figure];
          if (value !== undefined)
            into.means[figure] = (into.means[figure] ?? 0) * (1 - share) + value * share;
        }
      }
    },
    value: () => layers.flatMap((one, layer) => (one === undefined ? [] : { layer, ...one.means })),
  };
}
