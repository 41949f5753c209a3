import { must } from '../../core/check.ts';
import { search } from './search.ts';

/** A conductance that was measured after this many pulses. */
export interface Reading {
  readonly pulse: number;
  /** in any unit, the same for all readings */
  readonly conductance: number;
}

/** Readings as weights: −1 for the lowest conductance of the cell, 1 for the highest. */
export interface Branch {
  readonly pulses: readonly number[];
  readonly weights: readonly number[];
  /** 1 where pulses raise the weight, −1 where they lower it */
  readonly sign: 1 | -1;
}

/** @throws {RangeError} unless there are 3 readings or more, each after more pulses than the one before */
export function branchOf(readings: readonly Reading[], lowest: number, range: number, sign: 1 | -1): Branch {
  const name = sign === 1 ? 'UP readings' : 'DOWN readings';
  must(readings.length >= 3, name, '3 or more', readings.length);
  const pulses = readings.map(({ pulse }) => pulse);
  const sorted = pulses.every((pulse, i) => Number.isInteger(pulse) && (i === 0 || pulse > pulses[i - 1]));
  must(sorted, `pulse numbers of ${name}`, 'whole and rising', pulses);
  const weights = readings.map(({ conductance }) => (2 * (conductance - lowest)) / range - 1);
  return { pulses, weights, sign };
}

/** A pulse at weight w of a model with these numbers, ≥ 0. */
export type Step = (numbers: readonly number[], w: number) => number;

/** The weights that a model gives where the branch was measured; it starts at `start`. */
export function follow({ pulses, sign }: Branch, start: number, step: (w: number) => number): number[] {
  let w = start;
  let pulse = pulses[0];
  return pulses.map((next) => {
    for (; pulse < next; pulse++) w = Math.min(Math.max(w + sign * Math.max(step(w), 0), -1.5), 1.5);
    return w;
  });
}

/** Root mean square of what a model misses, relative to the range of the cell, which is 2. */
export function rms(expected: readonly number[], got: readonly number[]): number {
  const squares = expected.reduce((sum, value, i) => sum + (value - got[i]) ** 2, 0);
  return Math.sqrt(squares / expected.length) / 2;
}

/** The numbers of a model that follow a branch best; where the curve starts is found with them. */
export function fitted(
  branch: Branch,
  start: readonly number[],
  strides: readonly number[],
  step: Step,
): { readonly numbers: readonly number[]; readonly error: number } {
  const error = ([first, ...numbers]: readonly number[]) =>
    rms(
      branch.weights,
      follow(branch, first, (w) => step(numbers, w)),
    );
  const all = search([branch.weights[0], ...start], [0.05, ...strides], error);
  return { numbers: all.slice(1), error: error(all) };
}

/** The mean change of the weight by one pulse, > 0, over the branch. */
export function meanStep({ pulses, weights, sign }: Branch): number {
  const last = pulses.length - 1;
  return Math.max((sign * (weights[last] - weights[0])) / (pulses[last] - pulses[0]), 1e-6);
}
