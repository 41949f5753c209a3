import type { Plan } from '../core/plan.ts';

/** What a Forward-Forward layer minimises, given the goodness of its positive and negative rows. */
export interface Loss {
  readonly name: string;
  /** α: goodness times α is a log-odds; hard negatives are drawn from softmax(α · g) */
  readonly alpha: number;
  /** the greatest |∂L/∂g| that a row can have, of which a selection takes shares; left out, α */
  readonly steepest?: number;
  /**
   * The loss of each sample and how it changes with goodness.
   *
   * @param positive   g⁺ [rows]
   * @param negative   g⁻ [rows], of the same samples in the same order
   * @param dPositive  ∂L/∂g⁺ of each row by itself [rows], overwritten
   * @param dNegative  ∂L/∂g⁻ of each row by itself [rows], overwritten
   * @returns  the sum of the rows' losses; it may be below 0, but not without end
   */
  slopes(
    positive: Float32Array,
    negative: Float32Array,
    rows: number,
    dPositive: Float32Array,
    dNegative: Float32Array,
  ): number;
}

/** A plan for a loss: its module exports `create(options): Loss`. */
export type LossPlan = Plan<Loss>;

/** softplus(a) = ln(1 + eᵃ), without overflow. */
export function softplus(a: number): number {
  return Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
}

/** σ(a) = 1 / (1 + e⁻ᵃ), without overflow. */
export function sigmoid(a: number): number {
  if (a >= 0) return 1 / (1 + Math.exp(-a));
  const e = Math.exp(a);
  return e / (1 + e);
}

/** A slope as a product takes it: a row whose slope is below 1e-30 has been learned: as 0 it spares the products its subnormal numbers. */
export function audible(slope: number): number {
  return Math.abs(slope) < 1e-30 ? 0 : slope;
}
