import { plan } from '../core/plan.ts';
import type { Cell, CellPlan } from './cell.ts';
import { describe } from './parts/describe.ts';
import { linearSteps } from './parts/linear.ts';
import { type PulsedOptions, type Resolved, resolvedPulsed } from './parts/options.ts';
import { pulsedCells } from './parts/pulsed.ts';

export interface SoftBoundsOptions extends PulsedOptions {
  /** whether the noise of a pulse is a share of its size at this weight, or of its size at weight 0; aihwkit's `mult_noise` */
  readonly noiseOfStep?: boolean;
}

/**
 * Cells that near their bounds ever more slowly. UP: w ← w + s (1 − w / upper)(1 + σξ), DOWN: w ← w − s (1 − w / lower)(1 + σξ),
 * with the bounds of each cell. n noise-free pulses leave the share (1 − s / upper)ⁿ of the way. aihwkit's `SoftBoundsDevice`.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Fusi and Abbott 2007, Limits on the memory storage capacity of bounded synapses
 */
export function softBounds(options: SoftBoundsOptions = {}): CellPlan {
  const { noiseOfStep = true, ...pulsed } = options;
  return plan(import.meta.url, 'soft bounds', { ...resolvedPulsed(pulsed), noiseOfStep });
}

/** Makes what `softBounds()` plans. */
export function create(options: Resolved<SoftBoundsOptions>): Cell {
  const linear = {
    ...{ ...options, upSlope: 1, downSlope: 1, upSlopeSpread: 0, downSlopeSpread: 0 },
    slopesByMeanBounds: false,
  };
  return {
    name: 'soft bounds',
    description: describe('soft bounds', options),
    cells: (context) =>
      pulsedCells(context, options, (arrays) => linearSteps(context, linear, arrays, 'soft bounds')),
  };
}
