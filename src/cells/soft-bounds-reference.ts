import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import type { Cell, CellPlan, CellsContext } from './cell.ts';
import { describe } from './parts/describe.ts';
import { ratio } from './parts/linear.ts';
import { relativeNoise } from './parts/noise.ts';
import { type PulsedOptions, type Resolved, resolvedPulsed } from './parts/options.ts';
import { drawsAt, pulsedCells, type Steps } from './parts/pulsed.ts';
import { mustNotBeNegative } from './parts/ranges.ts';
import { type CellArrays, spread } from './parts/variation.ts';

export interface SoftBoundsReferenceOptions extends PulsedOptions {
  /** whether the noise of a pulse is a share of its size at this weight, or of its size at weight 0; aihwkit's `mult_noise` */
  readonly noiseOfStep?: boolean;
  /** mean conductance of the reference cell r, a weight; `reference_mean` */
  readonly reference?: number;
  /** its spread from cell to cell, a weight; `reference_std` */
  readonly referenceSpread?: number;
  /** whether each reference is moved so that the weight where UP and DOWN pulses are equal is 0; `subtract_symmetry_point` */
  readonly subtractSymmetryPoint?: boolean;
}

/**
 * Soft bounds of a cell whose weight is read against a reference: v = w + r. UP: v ← v + s (1 − v / upper + σξ), DOWN likewise,
 * then v between the bounds, w = v − r. With `subtractSymmetryPoint` r also has the symmetry point
 * w* = (s↑ − s↓) / (s↑ / upper − s↓ / lower). Programming puts w, not v, between the bounds. aihwkit's `SoftBoundsReferenceDevice`.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Rasch et al. 2024, Fast and robust analog in-memory deep neural network training
 */
export function softBoundsReference(options: SoftBoundsReferenceOptions = {}): CellPlan {
  const { noiseOfStep = false, reference = 0, referenceSpread = 0, ...rest } = options;
  const { subtractSymmetryPoint = false, ...pulsed } = rest;
  must(Number.isFinite(reference), 'reference', 'a finite number', reference);
  mustNotBeNegative(referenceSpread, 'referenceSpread');
  const own = { noiseOfStep, reference, referenceSpread, subtractSymmetryPoint };
  return plan(import.meta.url, 'soft bounds with reference', { ...resolvedPulsed(pulsed), ...own });
}

/** Makes what `softBoundsReference()` plans. */
export function create(options: Resolved<SoftBoundsReferenceOptions>): Cell {
  const name = 'soft bounds with reference';
  return {
    name,
    description: describe(name, options),
    cells: (context) => pulsedCells(context, options, (arrays) => referenceSteps(context, options, arrays)),
  };
}

function referenceSteps(
  context: CellsContext,
  options: Resolved<SoftBoundsReferenceOptions>,
  arrays: CellArrays,
): Steps {
  const { arena, kernels, chip } = context;
  const { lower, upper, rest } = arrays;
  const [up, down, reference] = [1, 2, 3].map(() => arena.floats(upper.length));
  const curve = { kind: 'linear', up, down, reference } as const;
  const noise = relativeNoise(options.stepNoise, options.noiseOfStep);
  return {
    granularity: options.stepSize,
    draws: drawsAt(options.stepNoise, 'pulse'),
    ...(noise.ofStep === 0 &&
      options.stepNoise > 0 && {
        rows: { sigma: options.stepNoise, eachPulse: true, slopes: { up, down, reference } },
      }),
    step: (hits) => kernels.curvedSteps(hits, arrays, curve, noise),
    vary() {
      const draw = chip.fork('references');
      spread(reference, draw, context, (z) => options.reference + options.referenceSpread * z);
      for (let i = 0; i < up.length; i++) {
        up[i] = -ratio(arrays.up[i], upper[i]);
        down[i] = -ratio(arrays.down[i], lower[i]);
        const slopes = down[i] - up[i];
        if (!options.subtractSymmetryPoint || slopes === 0) continue;
        const point = (arrays.up[i] - arrays.down[i]) / slopes;
        reference[i] += point;
        rest[i] += point;
      }
    },
    freeze(cell) {
      for (const array of [up, down, reference]) array[cell] = 0;
    },
  };
}
