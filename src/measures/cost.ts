import type { Measure } from './measure.ts';

export interface Cost {
  /** multiply-accumulates in matrix products that a learned sample took, over all stages */
  readonly macsPerSample: number;
  /**
   * the same in matrix-product units: multiply-accumulates over the number of weights, so that one unit is one product of
   * a sample with every layer's weights; known once the weights have been reported, 0 before
   */
  readonly units: number;
}

/**
 * What learning a sample costs, counted from the products that were really made: those of microbatches that learn and of
 * those that ask for scores to draw negatives from; predictions don't count.
 */
export function cost(): Measure<Cost> {
  const learned = new Map<number, number>();
  /** stages that have yet to forward a microbatch that asks */
  const asking = new Map<number, number>();
  let stages = 1;
  let macs = 0;
  let weights = 0;
  return {
    add(event) {
      if (event.kind === 'op' && event.again) return;
      if (event.kind === 'start') stages = event.stages;
      else if (event.kind === 'arrival' && event.of === 'negatives') asking.set(event.microbatch, stages);
      else if (event.kind === 'op' && asking.has(event.microbatch)) {
        macs += event.macs;
        const left = (asking.get(event.microbatch) ?? 0) - 1;
        if (left > 0) asking.set(event.microbatch, left);
        else asking.delete(event.microbatch);
      } else if (event.kind === 'op' && event.purpose === 'learn') {
        macs += event.macs;
        if (event.op === 'U') learned.set(event.stage, (learned.get(event.stage) ?? 0) + event.rows);
      } else if (event.kind === 'weights') {
        for (const { shape } of event.parameters) if (shape.length === 2) weights += shape[0] * shape[1];
      }
    },
    value() {
      const samples = learned.size === 0 ? 0 : Math.min(...learned.values());
      const macsPerSample = samples === 0 ? 0 : macs / samples;
      return { macsPerSample, units: weights === 0 ? 0 : macsPerSample / weights };
    },
  };
}
