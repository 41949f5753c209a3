import type { Plan } from '../core/plan.ts';
import type { Random } from '../core/random.ts';

/**
 * Chooses the samples of a microbatch that are learned from. It stands right behind the loss: in a layer that learns by
 * itself, and in the head of those that learn backward.
 */
export interface Selection {
  readonly name: string;
  /**
   * @param slopes   how steep the loss of each sample still is, as a share of the steepest it can be, 0 to 1 [rows]
   * @param samples  receives the numbers of the samples chosen, rising [rows]
   * @param factors  receives by what the gradient of each of them is multiplied [rows]
   * @param random   a stream that nobody else draws from
   * @returns  how many are chosen, 0 to rows
   */
  choose(
    slopes: Float32Array,
    rows: number,
    samples: Uint32Array,
    factors: Float32Array,
    random: Random,
  ): number;
}

/** A plan for a selection: its module exports `create(options): Selection`. */
export type SelectionPlan = Plan<Selection>;
