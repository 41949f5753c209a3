import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { settleEvery } from '../core/rows.ts';
import {
  checkRate,
  constantThenLinear,
  type Optimiser,
  type OptimiserPlan,
  type RateOptions,
} from './optimiser.ts';

export interface SgdOptions extends RateOptions {
  /** share of the last step that is kept, 0 ≤ μ < 1 */
  readonly momentum?: number;
}

/**
 * Stochastic gradient descent with momentum: v ← μ v + g, w ← w − rate · v.
 *
 * @throws {RangeError} when the rate is not above 0, μ not in [0, 1) or constantFor not in [0, 1]
 */
export function sgd({ learningRate = 0.1, constantFor = 1, momentum = 0 }: SgdOptions = {}): OptimiserPlan {
  checkRate({ learningRate, constantFor });
  must(momentum >= 0 && momentum < 1, 'momentum', '0 or more and below 1', momentum);
  return plan(import.meta.url, 'sgd', { learningRate, constantFor, momentum });
}

export function create(options: Required<SgdOptions>): Optimiser {
  const { momentum } = options;
  return {
    name: 'sgd',
    rate: constantThenLinear(options),
    stepper(size, { arena, kernels }) {
      const velocity = arena.floats(size);
      let steps = 0;
      return {
        step(weights, gradient, rate) {
          if (++steps % settleEvery === 0) kernels.settle(velocity, size);
          kernels.momentum(weights, gradient, velocity, size, { momentum, rate, shrink: 1 });
        },
      };
    },
  };
}
