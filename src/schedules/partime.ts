import { plan } from '../core/plan.ts';
import { backpropOrder, type Schedule, type SchedulePlan, step } from './schedule.ts';

/**
 * A frame a tick: in each tick a stage makes F, B, W and U of the frame (microbatch) that it has, and B takes the gradient that
 * the stage above made in the tick before. Stage s has frame t − s in tick t, and stage s + 1 had frame t − s − 2: the
 * gradient that comes down is of the frame before the last. From the loss at the top it is 2(p − 1 − s) frames old when it
 * meets the frame of stage s, whose activities and slopes are new. It fits where frames change slowly; where they are drawn at
 * random, as in shuffled epochs, lower stages are taught by the errors of other samples.
 *
 * No stage waits for what it has not got, holds more than one activity, or keeps copies of weights. There is no common
 * clock here: a gradient edge with a delay of two frames gives each stage what it would have in its tick, to the bit, and
 * a stage that is early waits. Of the first two frames no gradient has come down yet, and lower stages learn nothing.
 *
 * The paper's text could not be read beyond its abstract. What a tick does follows an open PyTorch package named partime,
 * whose order of streams (last tick's gradients received, forward, backward, a step of the optimiser) it is taken for.
 * There stages also step on empty frames while the line fills; here they begin with their first frame.
 *
 * @see Meloni 2022, PARTIME, arXiv 2210.09147
 */
export function partime(): SchedulePlan {
  return plan(import.meta.url, 'partime');
}
partime.takes = {};

export function create(): Schedule {
  return {
    name: 'partime',
    ...backpropOrder,
    sendsGradientAfter: 'W',
    updates: 'microbatch',
    gradientDelay: 2,
    makespan: {
      formula: () => 'm(f+b+w) + (p−1)(f+c)',
      of: ({ p, m, f, b, w, c }) => m * (f + b + w) + (p - 1) * (f + c),
    },
    *order({ microbatches }) {
      const frame = [step('F'), step('B'), step('W'), step('U')];
      for (let i = 0; i < microbatches; i++) yield* frame;
    },
  };
}
