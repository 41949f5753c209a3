import { plan } from '../core/plan.ts';
import { backpropOrder, type Schedule, type SchedulePlan, withoutFlush } from './schedule.ts';

/**
 * 1F1B without a flush: the weights change with every microbatch, and stage s keeps the p − s versions that its microbatches
 * under way went forward with. Their gradients are p − 1 − s updates old when they come.
 *
 * @see Narayanan 2019, PipeDream
 */
export function pipedream(): SchedulePlan {
  return plan(import.meta.url, 'pipedream');
}
pipedream.takes = {};

export function create(): Schedule {
  return {
    name: 'pipedream',
    ...backpropOrder,
    sendsGradientAfter: 'W',
    updates: 'microbatch',
    stashes: true,
    order: (place) => withoutFlush(place, 1),
  };
}
