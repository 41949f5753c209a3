import type { Plan } from '../core/plan.ts';

/**
 * What a layer calls good: g = weight · Σⱼ hⱼ² over its activities h ≥ 0, so that ∂g/∂hⱼ = 2 · weight · hⱼ.
 *
 * @see Hinton 2022, eq. 1
 */
export interface Goodness {
  readonly name: string;
  /** the factor before the sum of squares in a layer of so many units; below 0 where activity is to be low */
  weight(units: number): number;
}

/** A plan for a goodness: its module exports `create(options): Goodness`. */
export type GoodnessPlan = Plan<Goodness>;
