import { plan } from '../core/plan.ts';
import { drawnAtOnce } from '../kernels/analog/pulses.ts';
import type { Cell, CellPlan } from './cell.ts';
import { type PulsedOptions, type Resolved, resolvedPulsed } from './parts/options.ts';
import { drawsAt, pulsedCells } from './parts/pulsed.ts';

export type ConstantStepOptions = PulsedOptions;

/**
 * Cells whose pulses have one size wherever the weight stands: w ← w ± s (1 + σξ), between the bounds of the cell, with s the
 * cell's own size for that direction and σ = stepNoise. aihwkit's `ConstantStepDevice`.
 *
 * Up to σ = 0.33 the n pulses of a hit are one draw, w ± s (n + σ√n ξ): the same mean and variance, clipped once.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Gokmen and Vlasov 2016, Acceleration of deep neural network training with resistive cross-point devices
 */
export function constantStep(options: ConstantStepOptions = {}): CellPlan {
  return plan(import.meta.url, 'constant step', resolvedPulsed(options));
}

/** Makes what `constantStep()` plans. */
export function create(options: Resolved<PulsedOptions>): Cell {
  const { stepSize, stepNoise, upperBound, lowerBound } = options;
  const states = Math.round((upperBound - lowerBound) / stepSize);
  return {
    name: 'constant step',
    description: `constant step, ${states.toLocaleString('en-US')} pulses from bound to bound`,
    cells: (context) =>
      pulsedCells(context, options, (arrays) => ({
        granularity: stepSize,
        draws: drawsAt(stepNoise, stepNoise > drawnAtOnce ? 'pulse' : 'hit'),
        rows: { sigma: stepNoise, eachPulse: stepNoise > drawnAtOnce },
        step: (hits) => context.kernels.constantSteps(hits, arrays, stepNoise),
      })),
  };
}
