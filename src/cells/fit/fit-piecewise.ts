import { must, mustBeWhole } from '../../core/check.ts';
import type { ExponentialStepOptions } from '../exponential-step.ts';
import type { PiecewiseStepOptions } from '../piecewise-step.ts';
import type { SoftBoundsOptions } from '../soft-bounds.ts';
import { type Branch, branchOf, fitted, meanStep, type Reading } from './branch.ts';

/** One cell, measured while it was raised and while it was lowered. */
export interface MeasuredCell {
  /** conductance by number of UP pulses, 3 readings or more */
  readonly up: readonly Reading[];
  /** conductance by number of DOWN pulses, 3 readings or more */
  readonly down: readonly Reading[];
}

/** A model that follows the measured cell. */
export interface CellFit<Options> {
  /** of the model, for one cell without variation or noise: weight −1 is its lowest conductance, 1 its highest */
  readonly options: Options;
  /** root mean square of what the model misses, relative to the range of the conductance, 0 or more */
  readonly error: number;
}

/** The models that were fitted. */
export interface CellFits {
  readonly piecewise: CellFit<PiecewiseStepOptions>;
  readonly softBounds: CellFit<SoftBoundsOptions>;
  readonly exponential: CellFit<ExponentialStepOptions>;
  /** lowest and highest conductance that was measured */
  readonly lowest: number;
  readonly highest: number;
}

const still = {
  ...{ stepSpread: 0, stepNoise: 0, upDownSpread: 0, upperBoundSpread: 0, lowerBoundSpread: 0 },
  ...{ upperBound: 1, lowerBound: -1 },
};

/**
 * Fits measured conductances: by the piecewise model, whose nodes can follow any curve, and, to compare, by soft bounds and the
 * exponential step. Each minimises the root mean square of the distance of the curve from the readings.
 *
 * @param nodes  of the piecewise model, 2 or more
 * @throws {RangeError} when a branch has fewer than 3 readings, or the conductance never changes
 */
export function fitPiecewise({ up, down }: MeasuredCell, nodes = 8): CellFits {
  mustBeWhole(nodes, 'nodes', 2);
  const all = [...up, ...down].map(({ conductance }) => conductance);
  must(
    all.every(Number.isFinite),
    'conductances',
    'finite numbers',
    all.find((g) => !Number.isFinite(g)),
  );
  const [lowest, highest] = [Math.min(...all), Math.max(...all)];
  must(highest > lowest, 'conductances', 'different from one another', highest);
  const branches = [
    branchOf(up, lowest, highest - lowest, 1),
    branchOf(down, lowest, highest - lowest, -1),
  ] as const;
  return {
    piecewise: piecewise(branches, nodes),
    softBounds: softBounds(branches),
    exponential: exponential(branches),
    ...{ lowest, highest },
  };
}

type Branches = readonly [up: Branch, down: Branch];

/** error of both branches together */
function together([up, down]: Branches, errors: readonly [number, number]): number {
  const [n, m] = [up.weights.length, down.weights.length];
  return Math.sqrt((n * errors[0] ** 2 + m * errors[1] ** 2) / (n + m));
}

/** the size that both directions have, and the asymmetry that weakens one of them */
function sizes(up: number, down: number): { stepSize: number; upDown: number } {
  return { stepSize: Math.max(up, down), upDown: up > down ? 1 - down / up : up / down - 1 };
}

function piecewise(branches: Branches, nodes: number): CellFit<PiecewiseStepOptions> {
  const last = nodes - 1;
  const [up, down] = branches.map((branch) => {
    const mean = meanStep(branch);
    // nodes by their logarithm: sizes of pulses stay positive
    const { numbers, error } = fitted(
      branch,
      new Array(nodes).fill(Math.log(mean)),
      new Array(nodes).fill(0.7),
      (logs, w) => {
        const place = Math.min(Math.max(((w + 1) / 2) * last, 0), last);
        const left = Math.min(Math.floor(place), last - 1);
        const [a, b] = [Math.exp(logs[left]), Math.exp(logs[left + 1])];
        return a + (place - left) * (b - a);
      },
    );
    return { sizes: numbers.map(Math.exp), error };
  });
  const stepSize = up.sizes[Math.floor(nodes / 2)];
  const relative = (of: readonly number[]) => of.map((size) => size / stepSize);
  return {
    options: { ...still, stepSize, upNodes: relative(up.sizes), downNodes: relative(down.sizes) },
    error: together(branches, [up.error, down.error]),
  };
}

function softBounds(branches: Branches): CellFit<SoftBoundsOptions> {
  const [up, down] = branches.map((branch) => {
    const { numbers, error } = fitted(
      branch,
      [Math.log(meanStep(branch)), 0],
      [0.7, 0.5],
      ([log, room], w) => Math.exp(log) * (1 - (branch.sign * w) / (0.5 + Math.exp(room))),
    );
    return { size: Math.exp(numbers[0]), bound: 0.5 + Math.exp(numbers[1]), error };
  });
  const bounds = { upperBound: up.bound, lowerBound: -down.bound };
  return {
    options: { ...still, ...sizes(up.size, down.size), ...bounds },
    error: together(branches, [up.error, down.error]),
  };
}

function exponential(branches: Branches): CellFit<ExponentialStepOptions> {
  const [up, down] = branches.map((branch) => {
    const start = [Math.log(2 * meanStep(branch)), 0.3, 1];
    const { numbers, error } = fitted(
      branch,
      start,
      [0.7, 0.3, 0.5],
      ([log, amplitude, rate], w) =>
        Math.exp(log) * Math.max(1 - amplitude * Math.exp(rate * branch.sign * w), 0),
    );
    return { size: Math.exp(numbers[0]), amplitude: numbers[1], rate: numbers[2], error };
  });
  const curve = {
    upAmplitude: up.amplitude,
    upRate: up.rate,
    downAmplitude: down.amplitude,
    downRate: down.rate,
  };
  return {
    options: { ...still, ...sizes(up.size, down.size), ...curve, slope: 1, offset: 0 },
    error: together(branches, [up.error, down.error]),
  };
}
