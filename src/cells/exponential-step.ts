import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import type { ExponentialCurve, StepNoise } from '../kernels/analog/pulses.ts';
import type { Cell, CellPlan } from './cell.ts';
import { describe } from './parts/describe.ts';
import { type PulsedOptions, type Resolved, resolvedPulsed } from './parts/options.ts';
import { drawsAt, pulsedCells } from './parts/pulsed.ts';
import { mustNotBeNegative } from './parts/ranges.ts';

export interface ExponentialStepOptions extends PulsedOptions {
  /** A of UP pulses; aihwkit's `A_up` */
  readonly upAmplitude?: number;
  /** A of DOWN pulses; `A_down` */
  readonly downAmplitude?: number;
  /** g of UP pulses; `gamma_up` */
  readonly upRate?: number;
  /** g of DOWN pulses; `gamma_down` */
  readonly downRate?: number;
  /** a; `a` */
  readonly slope?: number;
  /** b; `b` */
  readonly offset?: number;
  /** noise of each pulse, times stepNoise, whatever its size, a weight; `dw_min_std_add` */
  readonly constantNoise?: number;
  /** noise of each pulse, times stepNoise, in the size of the weight; `dw_min_std_slope` */
  readonly weightNoise?: number;
}

/**
 * Cells whose pulses fall off exponentially. With z = 2 a w / (upper − lower) + b, UP: w ← w + s max(1 − A e^(g z), 0)(1 + σξ),
 * DOWN: w ← w − s max(1 − A e^(−g z), 0)(1 + σξ). With `constantNoise` c or `weightNoise` m the noise of a step d is
 * σ (|d| + c + m |w|) ξ. aihwkit's `ExpStepDevice`.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Gong et al. 2018, Signal and noise extraction of analog memory elements for neuromorphic computing
 */
export function exponentialStep(options: ExponentialStepOptions = {}): CellPlan {
  const { upAmplitude = 0.00081, downAmplitude = 0.36833, upRate = 12.44625, downRate = 12.78785 } = options;
  const { slope = 0.244, offset = 0.2425, constantNoise = 0, weightNoise = 0 } = options;
  const curve = { upAmplitude, downAmplitude, upRate, downRate, slope, offset };
  for (const [name, value] of Object.entries(curve))
    must(Number.isFinite(value), name, 'a finite number', value);
  mustNotBeNegative(constantNoise, 'constantNoise');
  mustNotBeNegative(weightNoise, 'weightNoise');
  const resolved = { ...options, ...curve, constantNoise, weightNoise };
  const pulsed = resolvedPulsed(resolved);
  must(granularityOf({ ...pulsed, ...resolved }) > 0, 'DOWN pulses at weight 0', 'above 0', 0);
  return plan(import.meta.url, 'exponential step', { ...pulsed, ...resolved });
}

/** Makes what `exponentialStep()` plans. */
export function create(options: Resolved<ExponentialStepOptions>): Cell {
  const { stepNoise, constantNoise, weightNoise, slope, offset, upRate, downRate } = options;
  const [up, down] = [options.upAmplitude, options.downAmplitude];
  const curve: ExponentialCurve = { up, down, upRate, downRate, slope, offset };
  const noise: StepNoise = {
    ...{ ofStep: stepNoise, ofSize: 0 },
    ...{ constant: stepNoise * constantNoise, ofWeight: stepNoise * weightNoise },
  };
  return {
    name: 'exponential step',
    description: describe('exponential step', options),
    cells: (context) =>
      pulsedCells(context, options, (arrays) => ({
        granularity: granularityOf(options),
        draws: drawsAt(stepNoise, 'pulse'),
        step: (hits) => context.kernels.curvedSteps(hits, arrays, { kind: 'exponential', ...curve }, noise),
      })),
  };
}

/** The mean DOWN pulse at weight 0, as aihwkit has it. */
function granularityOf(options: Resolved<ExponentialStepOptions>): number {
  const { stepSize, upDown, downAmplitude, downRate, offset } = options;
  return stepSize * (1 - Math.max(upDown, 0)) * Math.max(1 - downAmplitude * Math.exp(-downRate * offset), 0);
}
