import { plan } from '../core/plan.ts';
import { type Schedule, type SchedulePlan, step } from './schedule.ts';

/**
 * Pipelined Forward-Forward, a layer a device: in each chapter, a share of the epochs, device n trains its layer over the
 * whole data set and hands the weights to device n + 1, which runs all the layers below again. What flows is chapters.
 *
 * @see Aktemur 2024, Going Forward-Forward in Distributed Deep Learning, algorithm 1
 */
export function pffSingleLayer(): SchedulePlan {
  return plan(import.meta.url, 'pff-single-layer');
}
pffSingleLayer.takes = {};

export function create(): Schedule {
  return {
    name: 'pff-single-layer',
    serves: ['locally'],
    inFlight: Number.POSITIVE_INFINITY,
    returnsInputAfter: 'W',
    sendsGradientAfter: 'B',
    updates: 'microbatch',
    sendsActivityAfter: 'W',
    *order({ microbatches }) {
      for (let i = 0; i < microbatches; i++) {
        yield step('F');
        yield step('W');
        yield step('U');
      }
    },
  };
}
