import type { Measure } from './measure.ts';

/**
 * Multiply-accumulates in matrix products that predicting a sample takes, counted from the products that were really made,
 * over all stages. What only asks for the scores that negatives are drawn from does not count. NaN before the first prediction.
 */
export function predictionMacs(): Measure<number> {
  /** stages that have yet to forward a microbatch that asks */
  const asking = new Map<number, number>();
  let stages = 1;
  let macs = 0;
  let samples = 0;
  return {
    add(event) {
      if (event.kind === 'start') stages = event.stages;
      else if (event.kind === 'arrival' && event.of === 'negatives') asking.set(event.microbatch, stages);
      else if (event.kind === 'prediction') samples += event.rows;
      else if (event.kind === 'op' && event.purpose !== 'learn' && !event.again) {
        const left = asking.get(event.microbatch);
        if (left === undefined) macs += event.macs;
        else if (left > 1) asking.set(event.microbatch, left - 1);
        else asking.delete(event.microbatch);
      }
    },
    value: () => macs / samples,
  };
}
