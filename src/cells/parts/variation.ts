import type { Random } from '../../core/random.ts';
import { normalState } from '../../kernels/analog/normals.ts';
import type { StepArrays } from '../../kernels/analog/pulses.ts';
import type { CellsContext } from '../cell.ts';
import type { PulsedOptions, Resolved } from './options.ts';

/** What every pulsed cell has of its own: its weight, its bounds, its pulses, the weight it rests at. */
export interface CellArrays extends StepArrays {
  /** [inputs × units] */
  readonly rest: Float32Array;
}

/** Room for the arrays of cells, around the weights that pulses move. */
export function cellArrays({ arena, inputs, units }: CellsContext, weights: Float32Array): CellArrays {
  const size = inputs * units;
  const [lower, upper, up, down, rest] = Array.from({ length: 5 }, () => arena.floats(size));
  return { weights, lower, upper, up, down, rest };
}

/**
 * Draws how the cells of one chip differ. With ξ standard normal, anew for each cell and letter:
 *
 *     upper = upperBound (1 + upperBoundSpread ξ₁)        gain = 1 + stepSpread ξ₃, or exp(stepSpread ξ₃)
 *     lower = lowerBound (1 + lowerBoundSpread ξ₂)        tilt = upDownSpread ξ₄
 *     up    = stepSize (gain + tilt + min(upDown, 0))     down = stepSize (gain − tilt − max(upDown, 0))
 *
 * Each quantity has a stream of its own: changing one spread leaves the other draws as they are.
 *
 * @see analog crossbar training in Gokmen and Vlasov 2016; the order of terms is that of aihwkit's code, not of its docs
 */
export function drawCells(
  { lower, upper, up, down, rest }: CellArrays,
  context: CellsContext,
  of: Resolved<PulsedOptions>,
): void {
  const { chip } = context;
  spread(upper, chip.fork('upper bounds'), context, (z) => of.upperBound * (1 + of.upperBoundSpread * z));
  spread(lower, chip.fork('lower bounds'), context, (z) => of.lowerBound * (1 + of.lowerBoundSpread * z));
  spread(up, chip.fork('steps'), context, (z) =>
    of.stepSpreadLogNormal ? Math.exp(of.stepSpread * z) : 1 + of.stepSpread * z,
  );
  spread(down, chip.fork('asymmetries'), context, (z) => of.upDownSpread * z);
  spread(rest, chip.fork('rest weights'), context, (z) => of.restWeight + of.restSpread * z);
  const [weakerUp, weakerDown] = [Math.min(of.upDown, 0), Math.max(of.upDown, 0)];
  for (let i = 0; i < up.length; i++) {
    const [gain, tilt] = [up[i], down[i]];
    up[i] = of.stepSize * (gain + tilt + weakerUp);
    down[i] = of.stepSize * (gain - tilt - weakerDown);
  }
  if (of.enforceConsistency) makeConsistent(lower, upper, up, down);
  if (of.stuckShare > 0) stick(chip.fork('stuck'), of, { lower, upper, up, down });
}

function makeConsistent(
  lower: Float32Array,
  upper: Float32Array,
  up: Float32Array,
  down: Float32Array,
): void {
  for (let i = 0; i < up.length; i++) {
    up[i] = Math.abs(up[i]);
    down[i] = Math.abs(down[i]);
    const [high, low] = [Math.max(lower[i], upper[i]), Math.min(lower[i], upper[i])];
    upper[i] = Math.abs(high);
    lower[i] = -Math.abs(low);
  }
}

/** Stuck cells: both bounds are one weight, and pulses have no size. */
function stick(
  draw: Random,
  { stuckShare, stuckRange }: Resolved<PulsedOptions>,
  { lower, upper, up, down }: Omit<CellArrays, 'weights' | 'rest'>,
): void {
  for (let i = 0; i < up.length; i++) {
    if (draw.uniform() >= stuckShare) continue;
    const [low, high] = [Math.max(lower[i], -stuckRange), Math.min(upper[i], stuckRange)];
    lower[i] = low + (high - low) * draw.uniform();
    upper[i] = lower[i];
    up[i] = 0;
    down[i] = 0;
  }
}

/** Fills an array with a standard normal draw each, then makes of it what `value` says. */
export function spread(
  array: Float32Array,
  draw: Random,
  { arena, kernels }: CellsContext,
  value: (z: number) => number,
): void {
  kernels.normals(array, array.length, normalState(arena, draw));
  for (let i = 0; i < array.length; i++) array[i] = value(array[i]);
}
