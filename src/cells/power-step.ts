import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import type { Cell, CellPlan, CellsContext } from './cell.ts';
import { describe } from './parts/describe.ts';
import { relativeNoise } from './parts/noise.ts';
import { type PulsedOptions, type Resolved, resolvedPulsed } from './parts/options.ts';
import { drawsAt, pulsedCells, type Steps } from './parts/pulsed.ts';
import { mustNotBeNegative } from './parts/ranges.ts';
import { type CellArrays, spread } from './parts/variation.ts';

export interface PowerStepOptions extends PulsedOptions {
  /** g; aihwkit's `pow_gamma` */
  readonly exponent?: number;
  /** spread of g from cell to cell, relative; `pow_gamma_dtod` */
  readonly exponentSpread?: number;
  /** asymmetry b of g: where b > 0 the g of DOWN pulses, where b < 0 that of UP pulses is smaller by |b| g; `pow_up_down` */
  readonly exponentUpDown?: number;
}

/**
 * Cells whose pulses fall off as a power of the way that is left. With R = upper − lower, UP: w ← w + s ((upper − w) / R)^g (1 + σξ),
 * DOWN: w ← w − s ((w − lower) / R)^g (1 + σξ). aihwkit's `PowStepDevice`.
 *
 * @throws {RangeError} when an option is out of its range
 */
export function powerStep(options: PowerStepOptions = {}): CellPlan {
  const { exponent = 1, exponentSpread = 0.1, exponentUpDown = 0, ...pulsed } = options;
  mustNotBeNegative(exponent, 'exponent');
  mustNotBeNegative(exponentSpread, 'exponentSpread');
  must(Math.abs(exponentUpDown) < 1, 'exponentUpDown', 'between -1 and 1', exponentUpDown);
  const own = { exponent, exponentSpread, exponentUpDown };
  return plan(import.meta.url, 'power step', { ...resolvedPulsed(pulsed), ...own });
}

/** Makes what `powerStep()` plans. */
export function create(options: Resolved<PowerStepOptions>): Cell {
  return {
    name: 'power step',
    description: describe('power step', options),
    cells: (context) => pulsedCells(context, options, (arrays) => powerSteps(context, options, arrays)),
  };
}

function powerSteps(context: CellsContext, options: Resolved<PowerStepOptions>, arrays: CellArrays): Steps {
  const { arena, kernels, chip } = context;
  const { exponent, exponentSpread, exponentUpDown, stepSize, stepNoise } = options;
  const [up, down] = [arena.floats(arrays.up.length), arena.floats(arrays.up.length)];
  const noise = relativeNoise(stepNoise, true);
  return {
    // a pulse in the middle between the bounds
    granularity: stepSize * 0.5 ** exponent,
    draws: drawsAt(stepNoise, 'pulse'),
    step: (hits) => kernels.curvedSteps(hits, arrays, { kind: 'power', up, down }, noise),
    vary() {
      spread(up, chip.fork('exponents'), context, (z) => Math.max(1 + exponentSpread * z, 0));
      for (let i = 0; i < up.length; i++) {
        down[i] = exponent * Math.max(up[i] - Math.max(exponentUpDown, 0), 0);
        up[i] = exponent * Math.max(up[i] + Math.min(exponentUpDown, 0), 0);
      }
    },
  };
}
