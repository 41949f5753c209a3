import { plan } from '../core/plan.ts';
import { alternate, backpropOrder, type Schedule, type SchedulePlan } from './schedule.ts';

/**
 * Zero bubble with twice the memory of 1F1B: more microbatches are let in while the pipeline fills, and W is put off
 * further, so that no stage waits where F, B and W cost the same.
 *
 * @see Qi 2023, Zero Bubble Pipeline Parallelism, section 2.2
 */
export function zbH2(): SchedulePlan {
  return plan(import.meta.url, 'zb-h2');
}
zbH2.takes = {};

export function create(): Schedule {
  return {
    name: 'zb-h2',
    ...backpropOrder,
    sendsGradientAfter: 'B',
    updates: 'flush',
    validatesAfterwards: true,
    makespan: {
      formula: () => 'm(f+b+w) + (p−1)(f+b−2w+2c)',
      of: ({ p, m, f, b, w, c }) => m * (f + b + w) + (p - 1) * (f + b - 2 * w + 2 * c),
      holds: ({ p, m, f, b, w }) => m >= 2 * p && w <= Math.min(f, b),
    },
    order: (place) => alternate(place, 2 * (place.devices - place.device) - 1, 2 * place.device),
  };
}
