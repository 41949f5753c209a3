import { plan } from '../core/plan.ts';
import { alternate, backpropOrder, type Schedule, type SchedulePlan } from './schedule.ts';

/**
 * 1F1B with a flush: stage s lets p − s microbatches in, then makes one backward for each forward. The stages wait as long
 * as in GPipe, but hold p − s activities and no more.
 *
 * @see Narayanan 2021, Efficient Large-Scale Language Model Training on GPU Clusters Using Megatron-LM, section 2.2.1
 */
export function oneFOneB(): SchedulePlan {
  return plan(import.meta.url, '1f1b');
}
oneFOneB.takes = {};

export function create(): Schedule {
  return {
    name: '1f1b',
    ...backpropOrder,
    sendsGradientAfter: 'W',
    updates: 'flush',
    makespan: {
      formula: () => '(m+p−1)(f+b+w) + 2c[(p−1) + (m−2) − ⌊(m−2)/p⌋]',
      of: ({ p, m, f, b, w, c }) =>
        (m + p - 1) * (f + b + w) + 2 * c * (p - 1 + m - 2 - Math.floor((m - 2) / p)),
      holds: ({ p, m, c }) => c === 0 || m >= 2 * p,
    },
    order: (place) => alternate(place, place.devices - place.device, 0),
  };
}
