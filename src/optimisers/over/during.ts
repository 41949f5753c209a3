import { must, mustBeWhole } from '../../core/check.ts';
import { make, plan } from '../../core/plan.ts';
import type { Optimiser, OptimiserPlan } from '../optimiser.ts';

export interface DuringOptions {
  /** updates of the layer before its first step; left out, 0 */
  readonly from?: number;
  /** updates of the layer after which it makes no more steps, > `from`; left out, it steps to the end of the run */
  readonly until?: number;
}

/**
 * An optimiser that steps during some updates of the run only: before and after them the weights stay as they are. The layers
 * of one pipeline so learn one after the other, each from a layer below that has learned all it will.
 *
 * The rate of `optimiser` begins at `from`, and its horizon is `until`. Its memory is fresh at the first step.
 *
 * @throws {RangeError} when `from` is not 0 or more, or `until` is not above it
 */
export function during(optimiser: OptimiserPlan, { from = 0, until }: DuringOptions = {}): OptimiserPlan {
  mustBeWhole(from, 'from', 0, 'updates');
  if (until !== undefined) {
    mustBeWhole(until, 'until', 1, 'updates');
    must(until > from, 'until', `more than ${from}, where it begins`, until);
  }
  const options = { optimiser, from, ...(until !== undefined && { until }) };
  const made: OptimiserPlan = plan(import.meta.url, `${optimiser.name} for a time`, options);
  return until === undefined && optimiser.decays ? { ...made, decays: true } : made;
}

interface Options {
  readonly optimiser: OptimiserPlan;
  readonly from: number;
  readonly until?: number;
}

export async function create({ optimiser, from, until }: Options): Promise<Optimiser> {
  const inner = await make<Optimiser>(optimiser);
  return {
    name: inner.name,
    ...(inner.plain && { plain: true }),
    rate(step, horizon) {
      if (step < from || (until !== undefined && step >= until)) return 0;
      return inner.rate(step - from, (until ?? horizon) - from);
    },
    stepper(size, place, holds) {
      const stepper = inner.stepper(size, place, holds);
      return {
        step(weights, gradient, rate) {
          if (rate > 0) stepper.step(weights, gradient, rate);
        },
        state: () => stepper.state(),
        restore: (state) => stepper.restore(state),
      };
    },
  };
}
