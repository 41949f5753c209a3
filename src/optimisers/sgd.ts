import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { arrays } from '../core/state.ts';
import {
  checkRate,
  checkWeightDecay,
  declared,
  type Optimiser,
  type OptimiserPlan,
  type RateOptions,
  type ResolvedRate,
  rateOf,
  settleEvery,
  shrinkOf,
  type WeightDecayOptions,
} from './optimiser.ts';

export interface SgdOptions extends RateOptions, WeightDecayOptions {
  /** share of the last step that is kept, 0 ≤ μ < 1 */
  readonly momentum?: number;
}

/**
 * Stochastic gradient descent with momentum: v ← μ v + g, w ← w − rate · v.
 * With `weightDecay` weights, not biases, first lose the share rate · weightDecay of themselves; v never sees it.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Loshchilov and Hutter 2019, algorithm 1, for the decay
 */
export function sgd(options: SgdOptions = {}): OptimiserPlan {
  const { learningRate = 0.1, constantFor = 1, decay = 'linear', horizon } = options;
  const { weightDecay = 0, momentum = 0 } = options;
  const rate = { learningRate, constantFor, decay, ...(horizon === undefined ? {} : { horizon }) };
  checkRate(rate);
  checkWeightDecay(weightDecay);
  must(momentum >= 0 && momentum < 1, 'momentum', '0 or more and below 1', momentum);
  return { ...plan(import.meta.url, 'sgd', { ...rate, weightDecay, momentum }), ...declared(rate) };
}

type Resolved = ResolvedRate & Required<Omit<SgdOptions, keyof RateOptions>>;

export function create(options: Resolved): Optimiser {
  const { momentum, weightDecay } = options;
  return {
    name: 'sgd',
    ...(momentum === 0 && weightDecay === 0 && { plain: true }),
    rate: rateOf(options),
    stepper(size, { arena, kernels }, holds = 'weights') {
      const velocity = arena.floats(size);
      const steps = new Float64Array(1);
      return {
        ...arrays({ velocity, steps }),
        step(weights, gradient, rate) {
          if (++steps[0] % settleEvery === 0) kernels.settle(velocity, size);
          kernels.momentum(weights, gradient, velocity, size, {
            momentum,
            rate,
            shrink: shrinkOf(rate, holds === 'weights' ? weightDecay : 0),
          });
        },
      };
    },
  };
}
