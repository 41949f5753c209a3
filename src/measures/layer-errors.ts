import { mustBeWhole } from '../core/check.ts';
import type { Measure } from './measure.ts';

/** What one layer got wrong while it learned. */
export interface LayerErrors {
  /** place in the pipeline, from 0 */
  readonly layer: number;
  /** samples that it got wrong in each `span` of those that it learned from, the last span perhaps unfinished */
  readonly wrong: readonly number[];
}

/**
 * Errors of each layer by itself, by epoch or any other span of samples: of a Forward-Forward layer the pairwise errors, samples
 * whose positive row does not have the greater goodness; of a layer that scores classes, samples whose class does not
 * have the greatest score. Both by the weights before the sample was learned from, with its dropout.
 *
 * A microbatch counts where its first sample lies. Layers that make nothing of samples by themselves are left out.
 *
 * @param span  samples, ≥ 1: those of the data set for errors by epoch
 * @throws {RangeError} when span is out of its range
 */
export function layerErrors(span: number): Measure<readonly LayerErrors[]> {
  mustBeWhole(span, 'span', 1, 'samples');
  const layers: ({ readonly wrong: number[]; seen: number } | undefined)[] = [];
  return {
    add(event) {
      if (event.kind !== 'op' || event.op !== 'F' || event.purpose !== 'learn' || event.again) return;
      for (const { layer, accuracy } of event.layers ?? []) {
        if (accuracy === undefined) continue;
        layers[layer] ??= { wrong: [], seen: 0 };
        const one = layers[layer] as { wrong: number[]; seen: number };
        const at = Math.floor(one.seen / span);
        one.wrong[at] = (one.wrong[at] ?? 0) + Math.round((1 - accuracy) * event.rows);
        one.seen += event.rows;
      }
    },
    value: () =>
      layers.flatMap((one, layer) => (one === undefined ? [] : [{ layer, wrong: [...one.wrong] }])),
  };
}
