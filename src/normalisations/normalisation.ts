import type { Plan } from '../core/plan.ts';
import type { Workplace } from '../kernels/kernel.ts';

/**
 * How a Forward-Forward layer's activity is rescaled before the next layer reads it. Where a row's length is left in it, the
 * next layer can tell positive from negative by that length alone, and learns nothing else.
 *
 * @see Hinton 2022, section 2.1
 */
export interface Normalisation {
  readonly name: string;
  /**
   * Writes ĥ.
   *
   * @param h        activity, ≥ 0, in the arena [rows × units]
   * @param squares  Σⱼ h[r,j]² [rows]
   * @param into     may be h [rows × units]
   */
  apply(h: Float32Array, squares: Float32Array, into: Float32Array, rows: number): void;
  /** what units must tell one another for it */
  readonly communication: Communication;
}

/** What one unit exchanges with others of its layer for one row. */
export interface Communication {
  /** floats that it sends and receives, ≥ 0 */
  readonly floats: number;
  /** units whose activity goes into one sum: 1 where a unit needs no other */
  readonly among: number;
}

/** What a normalisation is made with. */
export interface NormalisationContext extends Workplace {
  /** of the layer, D */
  readonly units: number;
  /** greatest number of rows at a time */
  readonly rows: number;
}

/** A plan for a normalisation: its module exports `create(options, context): Normalisation`. */
export type NormalisationPlan = Plan<Normalisation, NormalisationContext>;
