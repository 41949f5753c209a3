import { must, mustBePositive } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { settleEvery } from '../core/rows.ts';
import {
  checkRate,
  constantThenLinear,
  type Optimiser,
  type OptimiserPlan,
  type RateOptions,
} from './optimiser.ts';

export interface AdamOptions extends RateOptions {
  /** decay of the mean gradient, 0 ≤ β₁ < 1 */
  readonly beta1?: number;
  /** decay of the mean squared gradient, 0 ≤ β₂ < 1 */
  readonly beta2?: number;
  /** added to the root of the mean square, > 0 */
  readonly epsilon?: number;
}

/**
 * Adam: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − rate · m̂ / (√v̂ + ε), m̂ = m/(1−β₁ᵗ), v̂ = v/(1−β₂ᵗ).
 *
 * @throws {RangeError} when an option is out of its range
 * @see Kingma and Ba 2015, algorithm 1
 */
export function adam(options: AdamOptions = {}): OptimiserPlan {
  const { learningRate = 1e-3, constantFor = 0, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkRate({ learningRate, constantFor });
  must(beta1 >= 0 && beta1 < 1, 'beta1', '0 or more and below 1', beta1);
  must(beta2 >= 0 && beta2 < 1, 'beta2', '0 or more and below 1', beta2);
  mustBePositive(epsilon, 'epsilon');
  return plan(import.meta.url, 'adam', { learningRate, constantFor, beta1, beta2, epsilon });
}

export function create(options: Required<AdamOptions>): Optimiser {
  const { beta1, beta2, epsilon } = options;
  return {
    name: 'adam',
    rate: constantThenLinear(options),
    stepper(size, { arena, kernels }) {
      const mean = arena.floats(size);
      const square = arena.floats(size);
      let steps = 0;
      return {
        step(weights, gradient, rate) {
          steps++;
          if (steps % settleEvery === 0) {
            kernels.settle(mean, size);
            kernels.settle(square, size);
          }
          const stride = rate / (1 - beta1 ** steps);
          const root = 1 / Math.sqrt(1 - beta2 ** steps);
          kernels.adam(weights, gradient, mean, square, size, {
            beta1,
            beta2,
            epsilon,
            stride,
            root,
            shrink: 1,
          });
        },
      };
    },
  };
}
