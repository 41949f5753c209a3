import type { HardwareCounts } from '../core/trace.ts';
import type { Measure } from './measure.ts';

/** What the hardware of one layer has done in a run. */
export interface LayerHardware {
  /** place in the pipeline, from 0 */
  readonly layer: number;
  /** by names such as `learn/reads`, `predict/adcs` and `update/pulses` */
  readonly counts: HardwareCounts;
}

export interface Hardware {
  /** in the order of the layers, without those whose tiles stand for no hardware */
  readonly layers: readonly LayerHardware[];
  /** samples predicted, for whatever purpose */
  readonly predicted: number;
}

/** What each layer's hardware has done, and for how many predictions. Known at the end of the run. */
export function hardware(): Measure<Hardware> {
  const layers: LayerHardware[] = [];
  let predicted = 0;
  return {
    add(event) {
      if (event.kind === 'prediction') predicted += event.rows;
      if (event.kind === 'weights' && event.hardware !== undefined)
        layers.push({ layer: event.layer, counts: event.hardware });
    },
    value: () => ({ layers: layers.toSorted((a, b) => a.layer - b.layer), predicted }),
  };
}
