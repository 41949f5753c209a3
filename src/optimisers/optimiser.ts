import { must, mustBePositive, mustBeShare } from '../core/check.ts';
import type { Plan } from '../core/plan.ts';
import type { Workplace } from '../kernels/kernel.ts';

/** How gradients become new weights. */
export interface Optimiser {
  readonly name: string;
  /** learning rate of update `step` (from 0) out of `steps` */
  rate(step: number, steps: number): number;
  /**
   * What must be remembered for an array of so many weights.
   *
   * @param place  where it lies, and what steps
   * @param of     what the array holds, which only its layer knows: weight decay is for weights, not for biases
   */
  stepper(size: number, place: Workplace, of?: 'weights' | 'biases'): Stepper;
}

/** Steps after which running means are settled: a mean that decays by 0.9 a step can't become subnormal in between. */
export const settleEvery = 32;

/** The optimiser's memory of one array of weights. */
export interface Stepper {
  /** moves `weights` in place against `gradient` [both of the stepper's size, both in the arena] */
  step(weights: Float32Array, gradient: Float32Array, rate: number): void;
}

/** A plan for an optimiser: its module exports `create(options): Optimiser`. */
export interface OptimiserPlan extends Plan<Optimiser> {
  /** whether the rate falls to 0 at the end of the run, so that the run must have one; left out, it does not */
  readonly decays?: boolean;
}

export interface RateOptions {
  /** learning rate before any decay, > 0 */
  readonly learningRate?: number;
  /** share of the run that keeps the full rate, 0 to 1; from there it falls to 0 at the end */
  readonly constantFor?: number;
  /** how it falls: in a straight line, or as half a cosine from its top to its bottom; left out, `linear` */
  readonly decay?: 'linear' | 'cosine';
}

export interface WeightDecayOptions {
  /** share of itself that a weight loses at each update, at a learning rate of 1; ≥ 0, left out 0 */
  readonly weightDecay?: number;
}

export function checkRate(options: Required<RateOptions>): void {
  mustBePositive(options.learningRate, 'learning rate');
  mustBeShare(options.constantFor, 'constantFor');
  must(
    options.decay === 'linear' || options.decay === 'cosine',
    'decay',
    "'linear' or 'cosine'",
    options.decay,
  );
}

export function checkWeightDecay(weightDecay: number): void {
  must(
    Number.isFinite(weightDecay) && weightDecay >= 0,
    'weight decay',
    'a finite number, 0 or more',
    weightDecay,
  );
}

/**
 * The rate r at `step` of `steps`. With p the share of the way from `constantFor` to the end, r/rate is 1 − p, or
 *
 *     ½ (1 + cos πp) = cos²(½πp)
 *
 * @returns  above 0 at every step of the run, and never rising
 */
export function rateOf({ learningRate, constantFor, decay }: Required<RateOptions>) {
  return (step: number, steps: number): number => {
    const done = step / steps;
    if (done <= constantFor) return learningRate;
    if (decay === 'linear') return (learningRate * (1 - done)) / (1 - constantFor);
    return learningRate * Math.cos((Math.PI / 2) * ((done - constantFor) / (1 - constantFor))) ** 2;
  };
}

/**
 * What decoupled weight decay leaves of a weight at one update, before the optimiser's own step, which does not see the
 * decay: neither a running mean nor momentum takes it up.
 *
 * @see Loshchilov and Hutter 2019, algorithms 1 and 2
 */
export function shrinkOf(rate: number, weightDecay: number): number {
  return 1 - rate * weightDecay;
}
