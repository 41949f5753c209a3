import { plan } from '../core/plan.ts';
import type { Goodness, GoodnessPlan } from './goodness.ts';

/**
 * The mean of squares, minimised: g = −(1/n) Σⱼ hⱼ², so that positive rows come to have little activity, and negative ones
 * much. θ of a logistic loss is then negative.
 *
 * @see Hinton 2022, sections 2 and 3.4, for minimising the sum of squares of positive data
 */
export function minusMeanSquares(): GoodnessPlan {
  return plan(import.meta.url, 'minus the mean of squares');
}

export function create(): Goodness {
  return { name: 'minus the mean of squares', weight: (units) => -1 / units };
}
