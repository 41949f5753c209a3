import { plan } from '../core/plan.ts';
import { backpropOrder, type Schedule, type SchedulePlan, step } from './schedule.ts';

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
    *order({ device, devices, microbatches }) {
      const first = Math.min(devices - device, microbatches);
      for (let i = 0; i < first; i++) yield step('F');
      for (let i = 0; i < microbatches; i++) {
        yield step('B');
        yield step('W');
        yield step('U');
        if (first + i < microbatches) yield step('F');
      }
    },
  };
}
