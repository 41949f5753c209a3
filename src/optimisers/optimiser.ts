import { mustBePositive, mustBeShare } from '../core/check.ts';
import type { Plan } from '../core/plan.ts';
import type { Workplace } from '../kernels/kernel.ts';

/** How gradients become new weights. */
export interface Optimiser {
  readonly name: string;
  /** learning rate of update `step` (from 0) out of `steps` */
  rate(step: number, steps: number): number;
  /** what must be remembered for an array of so many weights */
  stepper(size: number, place: Workplace): Stepper;
}

/** The optimiser's memory of one array of weights. */
export interface Stepper {
  /** moves `weights` in place against `gradient` [both of the stepper's size, both in the arena] */
  step(weights: Float32Array, gradient: Float32Array, rate: number): void;
}

/** A plan for an optimiser: its module exports `create(options): Optimiser`. */
export type OptimiserPlan = Plan<Optimiser>;

export interface RateOptions {
  /** learning rate before any decay, > 0 */
  readonly learningRate?: number;
  /** share of the run that keeps the full rate, 0 to 1; from there it falls in a straight line to 0 at the end */
  readonly constantFor?: number;
}

export function checkRate(options: Required<RateOptions>): void {
  mustBePositive(options.learningRate, 'learning rate');
  mustBeShare(options.constantFor, 'constantFor');
}

/** The rate at `step` of `steps`: constant, then linear to zero. */
export function constantThenLinear({ learningRate, constantFor }: Required<RateOptions>) {
  return (step: number, steps: number): number => {
    const done = step / steps;
    return done <= constantFor ? learningRate : (learningRate * (1 - done)) / (1 - constantFor);
  };
}
