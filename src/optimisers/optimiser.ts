import { must, mustBePositive, mustBeShare, mustBeWhole } from '../core/check.ts';
import type { Plan } from '../core/plan.ts';
import type { Stateful } from '../core/state.ts';
import type { Workplace } from '../kernels/kernel.ts';

/** How gradients become new weights. */
export interface Optimiser {
  readonly name: string;
  /** set where a step is rate × gradient and nothing else: no memory, no decay of weights */
  readonly plain?: true;
  /**
   * Learning rate of one update.
   *
   * @param step     updates made before it, from 0
   * @param horizon  updates of the whole run, Infinity for a run without end
   */
  rate(step: number, horizon: number): number;
  /**
   * The memory of one array of weights.
   *
   * @param size   weights in the array
   * @param place  where the memory lies, and the kernels that step
   * @param holds  what the array holds: weight decay applies to weights, not to biases
   */
  stepper(size: number, place: Workplace, holds?: 'weights' | 'biases'): Stepper;
}

/** Steps after which running means are settled: a mean that decays by 0.9 a step can't become subnormal in between. */
export const settleEvery = 32;

/** The optimiser's memory of one array of weights. Its state is what it remembers, not the weights. */
export interface Stepper extends Stateful {
  /** moves `weights` in place against `gradient` [both of the stepper's size, both in the arena] */
  step(weights: Float32Array, gradient: Float32Array, rate: number): void;
}

/** A plan for an optimiser: its module exports `create(options): Optimiser`. */
export interface OptimiserPlan extends Plan<Optimiser> {
  /** set where the rate falls to 0 at the end of the run, so that the end must be known */
  readonly decays?: true;
}

/**
 * @param updates  updates of the whole run, Infinity for a run without end
 * @throws {RangeError} when the rate decays to 0 at an end that nobody has stated
 */
export function mustHaveHorizon({ name, decays }: OptimiserPlan, updates: number): void {
  if (decays !== true) return;
  must(
    updates < Number.POSITIVE_INFINITY,
    `horizon of optimiser '${name}'`,
    "stated for a run without end, unless its decay is 'none'",
    undefined,
  );
}

export interface RateOptions {
  /** learning rate before any decay, > 0 */
  readonly learningRate?: number;
  /** share of the horizon that keeps the full rate, 0 to 1; from there it falls to 0 at the horizon */
  readonly constantFor?: number;
  /** how it falls: in a straight line, or as half a cosine from its top to its bottom, or not; left out, `linear` */
  readonly decay?: 'linear' | 'cosine' | 'none';
  /** updates after which a falling rate is 0, and stays 0; left out, the updates of the run */
  readonly horizon?: number | undefined;
}

/** What `rateOf` needs: everything but the horizon, which may be left to the run. */
export type ResolvedRate = Required<Omit<RateOptions, 'horizon'>> & Pick<RateOptions, 'horizon'>;

export interface WeightDecayOptions {
  /** share of itself that a weight loses at each update, at a learning rate of 1; ≥ 0, left out 0 */
  readonly weightDecay?: number;
}

export function checkRate(options: ResolvedRate): void {
  mustBePositive(options.learningRate, 'learning rate');
  mustBeShare(options.constantFor, 'constantFor');
  must(
    options.decay === 'linear' || options.decay === 'cosine' || options.decay === 'none',
    'decay',
    "'linear', 'cosine' or 'none'",
    options.decay,
  );
  if (options.horizon !== undefined) mustBeWhole(options.horizon, 'horizon', 1, 'updates');
}

/** What a plan declares of its rate: `decays` where its end is the run's. */
export function declared({ constantFor, decay, horizon }: ResolvedRate): Pick<OptimiserPlan, 'decays'> {
  return decay !== 'none' && constantFor < 1 && horizon === undefined ? { decays: true } : {};
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
 * The rate r at `step`. With p the share of the way from `constantFor` to the horizon, r/rate is 1 − p, or
 *
 *     ½ (1 + cos πp) = cos²(½πp)
 *
 * @returns  above 0 at every step before the horizon, 0 from there on, and never rising
 */
export function rateOf({ learningRate, constantFor, decay, horizon }: ResolvedRate) {
  return (step: number, run: number): number => {
    const done = Math.min(1, step / (horizon ?? run));
    if (decay === 'none' || done <= constantFor) return learningRate;
    if (done === 1) return 0;
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
