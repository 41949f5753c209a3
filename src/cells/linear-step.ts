import { plan } from '../core/plan.ts';
import type { Cell, CellPlan } from './cell.ts';
import { describe } from './parts/describe.ts';
import { type LinearStepOptions, linearSteps } from './parts/linear.ts';
import { type Resolved, resolvedPulsed } from './parts/options.ts';
import { pulsedCells } from './parts/pulsed.ts';
import { mustNotBeNegative } from './parts/ranges.ts';

export type { LinearStepOptions } from './parts/linear.ts';

/**
 * Cells whose pulses lose size in a straight line with the weight. UP: w ← w + (s + k w)(1 + σξ) with k = −|upSlope| s / bound,
 * DOWN likewise towards the lower bound; with `noiseOfStep` false it is s + k w + s σξ. aihwkit's `LinearStepDevice`.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Gokmen and Vlasov 2016; Agarwal et al. 2016, Resistive memory device requirements for a neural algorithm accelerator
 */
export function linearStep(options: LinearStepOptions = {}): CellPlan {
  const { upSlope = 0, downSlope = 0, upSlopeSpread = 0.05, downSlopeSpread = 0.05 } = options;
  const { slopesByMeanBounds = true, noiseOfStep = true, ...pulsed } = options;
  const slopes = { upSlope, downSlope, upSlopeSpread, downSlopeSpread };
  for (const [name, value] of Object.entries(slopes)) mustNotBeNegative(value, name);
  const resolved: Resolved<LinearStepOptions> = {
    ...resolvedPulsed(pulsed),
    ...{ ...slopes, slopesByMeanBounds, noiseOfStep },
  };
  return plan(import.meta.url, 'linear step', resolved);
}

/** Makes what `linearStep()` plans. */
export function create(options: Resolved<LinearStepOptions>): Cell {
  return {
    name: 'linear step',
    description: describe('linear step', options),
    cells: (context) =>
      pulsedCells(context, options, (arrays) => linearSteps(context, options, arrays, 'linear step')),
  };
}
