import { must } from '../core/check.ts';
import type { LayerPlan, Settling } from '../layers/layer.ts';

/**
 * How the layers of a pipeline settle; undefined where they don't.
 *
 * @throws {RangeError} unless all layers settle in as many iterations, or none does
 */
export function settlingOf(layers: readonly LayerPlan[]): Settling | undefined {
  const inWords = layers.map(({ settles }) =>
    settles ? `${settles.learning} and ${settles.predicting} iterations` : 'none',
  );
  must(
    new Set(inWords).size === 1,
    'layers',
    'all settling in as many iterations, or none',
    inWords.join(', '),
  );
  return layers[0].settles;
}
