import { backpropOrder, plan, type Schedule, type SchedulePlan, step } from 'forwardflow/extend';

/** Each microbatch goes forward and back before the next begins; the weights change once a flush. */
export function oneByOne(): SchedulePlan {
  return plan(import.meta.url, 'one-by-one');
}

export const create = (): Schedule => ({
  ...backpropOrder,
  name: 'one-by-one',
  sendsGradientAfter: 'W',
  updates: 'flush',
  *order({ microbatches }) {
    for (let i = 0; i < microbatches; i++) yield* [step('F'), step('B'), step('W')];
    yield step('U');
  },
});
