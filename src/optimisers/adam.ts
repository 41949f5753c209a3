import { must, mustBePositive } from '../core/check.ts';
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

export interface AdamOptions extends RateOptions, WeightDecayOptions {
  /** decay of the mean gradient, 0 ≤ β₁ < 1 */
  readonly beta1?: number;
  /** decay of the mean squared gradient, 0 ≤ β₂ < 1 */
  readonly beta2?: number;
  /** added to the root of the mean square, > 0 */
  readonly epsilon?: number;
}

/**
 * Adam: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − rate · m̂ / (√v̂ + ε), m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ).
 * With `weightDecay` it is AdamW: weights, not biases, first lose the share rate · weightDecay of themselves.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2
 */
export function adam(options: AdamOptions = {}): OptimiserPlan {
  const { learningRate = 1e-3, constantFor = 0, decay = 'linear', horizon, weightDecay = 0 } = options;
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const rate = { learningRate, constantFor, decay, ...(horizon === undefined ? {} : { horizon }) };
  checkRate(rate);
  checkWeightDecay(weightDecay);
  must(beta1 >= 0 && beta1 < 1, 'beta1', '0 or more and below 1', beta1);
  must(beta2 >= 0 && beta2 < 1, 'beta2', '0 or more and below 1', beta2);
  mustBePositive(epsilon, 'epsilon');
  return {
    ...plan(import.meta.url, 'adam', { ...rate, weightDecay, beta1, beta2, epsilon }),
    ...declared(rate),
  };
}

type Resolved = ResolvedRate & Required<Omit<AdamOptions, keyof RateOptions>>;

export function create(options: Resolved): Optimiser {
  const { beta1, beta2, epsilon, weightDecay } = options;
  return {
    name: 'adam',
    rate: rateOf(options),
    stepper(size, { arena, kernels }, holds = 'weights') {
      const mean = arena.floats(size);
      const square = arena.floats(size);
      const steps = new Float64Array(1);
      return {
        ...arrays({ mean, square, steps }),
        step(weights, gradient, rate) {
          const step = ++steps[0];
          if (step % settleEvery === 0) {
            kernels.settle(mean, size);
            kernels.settle(square, size);
          }
          const stride = rate / (1 - beta1 ** step);
          const root = 1 / Math.sqrt(1 - beta2 ** step);
          kernels.adam(weights, gradient, mean, square, size, {
            beta1,
            beta2,
            epsilon,
            stride,
            root,
            shrink: shrinkOf(rate, holds === 'weights' ? weightDecay : 0),
          });
        },
      };
    },
  };
}
