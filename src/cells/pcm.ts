import { must, mustBePositive } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { arrays as stateOf } from '../core/state.ts';
import { normalState } from '../kernels/analog/normals.ts';
import type { Cell, CellPlan, Cells, CellsContext } from './cell.ts';
import { driftMoments, programmingDeviation, readNoiseFactor, readShare } from './parts/pcm-physics.ts';
import { mustNotBeNegative } from './parts/ranges.ts';

export interface PcmOptions {
  /** highest conductance of one cell, in microsiemens: the largest weight that is programmed */
  readonly maxConductance?: number;
  /** factor of the error of programming; 0 switches it off */
  readonly programmingNoise?: number;
  /** whether conductances drift */
  readonly drifts?: boolean;
  /** time after programming from which they drift, in seconds */
  readonly startSeconds?: number;
  /** factor of the 1/f read noise; 0 switches it off */
  readonly readNoise?: number;
}

/**
 * Phase-change memory for inference: pairs of cells that are programmed, one of them left at 0, and then drift and flicker.
 * With r the conductance over its highest: the error of programming has deviation σ(r); a cell drifts as (t / t₀)^−ν with
 * ν = |μ(r) + s(r) ξ|; read noise has deviation g Q(r) √ln((t + 250 ns) / 500 ns), drawn whenever time passes. After programming
 * the difference of each pair counts as one cell, as in aihwkit's `PCMLikeNoiseModel`. Pulses and float steps are refused.
 *
 * @throws {RangeError} when an option is out of its range
 * @see Joshi et al. 2020, Accurate deep neural network inference using computational phase-change memory
 */
export function pcm(options: PcmOptions = {}): CellPlan {
  const {
    maxConductance = 25,
    programmingNoise = 1,
    drifts = true,
    startSeconds = 20,
    readNoise = 1,
  } = options;
  mustBePositive(maxConductance, 'maxConductance');
  mustBePositive(startSeconds, 'startSeconds');
  mustNotBeNegative(programmingNoise, 'programmingNoise');
  mustNotBeNegative(readNoise, 'readNoise');
  return plan(import.meta.url, 'pcm', { maxConductance, programmingNoise, drifts, startSeconds, readNoise });
}

/** Makes what `pcm()` plans. */
export function create(options: Required<PcmOptions>): Cell {
  return {
    name: 'pcm',
    description: `phase-change memory for inference, ${options.maxConductance} µS at most`,
    cells: (context) => pcmCells(context, options),
  };
}

/** growth of the time since programming below which cells are left as they are */
const leastGrowth = 1.001;

function pcmCells(context: CellsContext, options: Required<PcmOptions>): Cells {
  const { inputs, units, weights, arena, kernels, random } = context;
  const { maxConductance, programmingNoise, drifts, startSeconds, readNoise } = options;
  const size = inputs * units;
  const [programmed, exponents, noise] = [1, 2, 3].map(() => arena.floats(size));
  const draws = normalState(arena, random.fork('pcm'));
  /** seconds: now, when the cells were programmed, when they were last looked at */
  const times = new Float64Array(3);
  const draw = (): Float32Array => {
    kernels.normals(noise, size, draws);
    return noise;
  };
  const refuse = (): never => {
    throw new RangeError(
      "cells 'pcm' must be programmed; got pulses or steps: train with the cells of `cellPresets.PCM`",
    );
  };
  const program = (target: Float32Array): void => {
    must(target.length === size, 'weights of cells', `${inputs} × ${units} numbers`, target.length);
    const highest = largest(target) || 1;
    const deviation = (r: number) => (programmingDeviation(r) * programmingNoise) / maxConductance;
    draw();
    for (let i = 0; i < size; i++) {
      const r = Math.abs(target[i]) / highest;
      programmed[i] = Math.max(r + deviation(r) * noise[i], 0);
    }
    draw();
    for (let i = 0; i < size; i++) {
      const net = programmed[i] - Math.max(deviation(0) * noise[i], 0);
      programmed[i] = (target[i] < 0 ? -net : net) * highest;
    }
    draw();
    for (let i = 0; i < size; i++) {
      const { mean, deviation: spread } = driftMoments(Math.abs(target[i]) / highest);
      exponents[i] = drifts ? Math.abs(mean + spread * noise[i]) : 0;
    }
    weights.set(programmed);
    times[1] = times[0];
    times[2] = Number.NEGATIVE_INFINITY;
  };
  return {
    ...stateOf({ weights, programmed, exponents, draws, times }),
    ...{ inputs, units, weights, granularity: 1 / maxConductance },
    coincide: refuse,
    pulse: refuse,
    shift: refuse,
    program,
    age(nanoseconds) {
      times[0] = nanoseconds / 1e9;
      const since = times[0] - times[1];
      const t = since + startSeconds;
      if (t < times[2] * leastGrowth) return;
      times[2] = t;
      const highest = largest(programmed) || 1;
      const factor = readNoise * readNoiseFactor(t);
      draw();
      for (let i = 0; i < size; i++) {
        const r = Math.abs(programmed[i]) / highest;
        const drifted = r * (t / startSeconds) ** -exponents[i];
        const seen = Math.max(drifted + drifted * readShare(r) * factor * noise[i], 0) * highest;
        weights[i] = programmed[i] < 0 ? -seen : seen;
      }
    },
  };
}

function largest(values: Float32Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]));
  return most;
}
