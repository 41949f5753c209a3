import type { GoodnessPlan } from '../../../goodness/goodness.ts';
import type { LossPlan } from '../../../losses/loss.ts';
import type { OptimiserPlan } from '../../../optimisers/optimiser.ts';

export interface RecurrentOptions {
  /** outputs of the layer, D */
  readonly units: number;
  /** share of its state that a unit keeps at each iteration, 0 ≤ damping < 1; left out, 0.3 */
  readonly damping?: number;
  /** the first and the last iteration that teach; learning ends with the last. Left out, [1, 8] */
  readonly learned?: readonly [number, number];
  /** the first and the last iteration whose goodness counts in predictions, which end with the last; left out, [3, 5] */
  readonly scored?: readonly [number, number];
  /** whether a layer reads the layer above it; the label stays clamped above the top layer. Left out, true */
  readonly feedback?: boolean;
  readonly goodness?: GoodnessPlan;
  readonly loss?: LossPlan;
  readonly optimiser?: OptimiserPlan;
}

/** With nothing left out. */
export type FilledRecurrent = Required<Omit<RecurrentOptions, 'optimiser'>>;
