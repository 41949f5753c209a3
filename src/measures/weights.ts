import type { Parameter } from '../core/trace.ts';
import type { Measure } from './measure.ts';

/** What all layers have learned, in the order of the layers; empty until they report at the end. */
export function weights(): Measure<readonly Parameter[]> {
  const layers: (readonly Parameter[])[] = [];
  return {
    add(event) {
      if (event.kind === 'weights') layers[event.layer] = event.parameters;
    },
    value: () => layers.flat(),
  };
}
