import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { backpropOrder, type Schedule, type SchedulePlan, withoutFlush } from './schedule.ts';

/**
 * 1F1B without a flush, its weights changed once in a window of microbatches: the gradients of a window are of the weights
 * before the last update, and two versions are enough.
 *
 * @see Narayanan 2021, Memory-Efficient Pipeline-Parallel DNN Training
 */
export function pipedream2bw(): SchedulePlan {
  return plan(import.meta.url, 'pipedream-2bw');
}
pipedream2bw.takes = {};

export function create(): Schedule {
  return {
    name: 'pipedream-2bw',
    ...backpropOrder,
    sendsGradientAfter: 'W',
    updates: 'window',
    stashes: true,
    order: (place) => withoutFlush(place, place.window),
    mustSuit(devices, window) {
      must(
        window >= devices,
        'microbatches of pipedream-2bw',
        `${devices} or more, the devices, so that two versions are enough`,
        window,
      );
    },
  };
}
