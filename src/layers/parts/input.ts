import type { Matrix } from '../../core/matrix.ts';
import type { Stateful } from '../../core/state.ts';
import type { Microbatch } from '../../data/microbatch.ts';

/** How a Forward-Forward layer's tile is driven: by the activity of the layer below, or by a labelled image. */
export interface Input {
  /**
   * Pre-activations without bias, a block of rows for each that `z` has room for, in the order of `Microbatch`.
   *
   * @param z      [blocks · rows × units], overwritten
   * @param wrong  while learning, room for the labels of the negative rows, for an input that draws them [rows]
   */
  read(from: Microbatch, z: Matrix, wrong?: Uint16Array): void;
  /**
   * Gives the tile what the positive and the negative block teach: X⁺ᵀδ⁺ + X⁻ᵀδ⁻.
   *
   * @param delta  [2 · rows × units]: δ⁺ above δ⁻; may be overwritten
   * @param wrong  the labels that `read` drew for this microbatch [rows]
   */
  correlate(from: Microbatch, delta: Matrix, wrong: Uint16Array): void;
  /** what negatives are drawn from, where this input draws them */
  readonly stream?: Stateful;
}
