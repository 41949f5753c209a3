import { plan } from '../core/plan.ts';
import { alternate, backpropOrder, type Schedule, type SchedulePlan } from './schedule.ts';

/**
 * Zero bubble within the memory of 1F1B: the gradient goes down before the stage makes its own, and stage s puts each W off
 * by s backwards, so that the last stages have work while the others drain.
 *
 * @see Qi 2023, Zero Bubble Pipeline Parallelism, section 2.1
 */
export function zbH1(): SchedulePlan {
  return plan(import.meta.url, 'zb-h1');
}
zbH1.takes = {};

export function create(): Schedule {
  return {
    name: 'zb-h1',
    ...backpropOrder,
    sendsGradientAfter: 'B',
    updates: 'flush',
    validatesAfterwards: true,
    makespan: {
      formula: () => 'm(f+b+w) + (p−1)(f+b−w) + 4(p−1)c',
      of: ({ p, m, f, b, w, c }) => m * (f + b + w) + (p - 1) * (f + b - w + 4 * c),
      holds: ({ p, m, f, b, w }) => m >= 2 * p && w <= Math.min(f, b),
    },
    order: (place) => alternate(place, place.devices - place.device, place.device),
  };
}
