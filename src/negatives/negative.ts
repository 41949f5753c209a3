import type { Matrix } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { Random } from '../core/random.ts';

/** How a labelled image gets the wrong label that the layers learn to reject. */
export interface Negatives {
  readonly name: string;
  /** whether `draw` wants the first layer's own opinion of every label */
  readonly needsOpinion: boolean;
  /**
   * Draws a wrong label for each sample, never the true one.
   *
   * @param truth    true labels [at least rows]
   * @param rows     samples
   * @param classes  labels are 0 … classes − 1
   * @param opinion  α · goodness of each label in the first layer [rows × classes]; only where `needsOpinion`
   * @param random   this layer's own stream
   * @param into     the wrong labels [at least rows], overwritten
   */
  draw(
    truth: Uint8Array,
    rows: number,
    classes: number,
    opinion: Matrix | undefined,
    random: Random,
    into: Uint8Array,
  ): void;
}

/** A plan for a sampler of negatives: its module exports `create(options): Negatives`. */
export type NegativesPlan = Plan<Negatives>;
