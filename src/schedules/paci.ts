import { plan } from '../core/plan.ts';
import { backpropOrder, type Schedule, type SchedulePlan, withoutFlush } from './schedule.ts';

/**
 * 1F1B without a flush and without copies of weights: each stage gathers the gradients of k of its own microbatches, then
 * updates at once, whatever is under way. A microbatch goes forward and back by the weights that are the newest at the time.
 *
 * With m = p − 1 − s microbatches under way behind it, microbatch i of stage s goes forward after ⌊max(0, i − m) / k⌋ updates and back
 * after ⌊i / k⌋: at most ⌈m / k⌉ apart, so one at most where k ≥ p − 1. k is the `window` of a simulation and the `flush` of a
 * pipeline. Stage s holds p − s activities and one version of its weights, and never waits once the line is full.
 *
 * Built from the paper's abstract: 1F1B, gradients gathered locally, no stashing, no prediction, no global synchronisation. Which
 * order of ops, learning rates and lengths k its authors use could not be read, so their figures are not claimed.
 *
 * @see Elam 2026, Breaking the Bubble, arXiv 2606.07881
 */
export function paci(): SchedulePlan {
  return plan(import.meta.url, 'paci');
}
paci.takes = {};

export function create(): Schedule {
  return {
    name: 'paci',
    ...backpropOrder,
    sendsGradientAfter: 'W',
    updates: 'window',
    goesBackBy: 'newest',
    order: (place) => withoutFlush(place, place.window),
  };
}
