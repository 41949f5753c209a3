import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CellPlan, Cells } from '../../src/cells/cell.ts';
import { constantStep } from '../../src/cells/constant-step.ts';
import { exponentialStep } from '../../src/cells/exponential-step.ts';
import { linearStep } from '../../src/cells/linear-step.ts';
import { pcm } from '../../src/cells/pcm.ts';
import { piecewiseStep } from '../../src/cells/piecewise-step.ts';
import { powerStep } from '../../src/cells/power-step.ts';
import { softBounds } from '../../src/cells/soft-bounds.ts';
import { softBoundsReference } from '../../src/cells/soft-bounds-reference.ts';
import { allFire, arrayOf, ideal } from './array.ts';

// Vectors that aihwkit 1.1.0 made: fixtures/aihwkit/cells.py.

interface Figures {
  readonly mean: number;
  readonly variance: number;
  readonly fourth: number;
}
interface Vectors {
  readonly exact: { kind: Kind; options: object; start: number[]; pulses: number[]; weights: number[][] }[];
  readonly spread: {
    kind: Kind;
    options: object;
    start: number;
    cells: number;
    after: (Figures & { pulses: number })[];
  }[];
  readonly drifts: {
    parameters: Record<string, number>;
    start: number[];
    deltas: number[];
    pulses: number;
    weights: number[][];
  }[];
  readonly pcm: { seconds: number | null; cells: number; rows: (Figures & { level: number })[] }[];
}
const kinds = {
  ...{ constantStep, linearStep, softBounds, softBoundsReference, exponentialStep },
  ...{ powerStep, piecewiseStep },
};
type Kind = keyof typeof kinds;
const file = new URL('../../fixtures/aihwkit/cells.json', import.meta.url);
const vectors: Vectors = JSON.parse(readFileSync(file, 'utf8'));
const planned = (kind: Kind, options: object): CellPlan => (kinds[kind] as (of: object) => CellPlan)(options);

/** n pulses on every cell, one at a time as aihwkit sends them */
function send(cells: Cells, pulses: number): void {
  const once = allFire(cells.inputs, cells.units, 1, pulses < 0);
  for (let k = 0; k < Math.abs(pulses); k++) cells.coincide(once);
}

const expectClose = (got: ArrayLike<number>, expected: readonly number[]): void => {
  const worst = Math.max(...expected.map((value, i) => Math.abs(value - got[i])));
  expect(worst).toBeLessThan(1e-6);
};

describe('pulses without noise give the weights of aihwkit to 1e-6', () => {
  it.each(vectors.exact)('$kind $options', async ({ kind, options, start, pulses, weights }) => {
    const cells = await arrayOf(planned(kind, options), 1, start.length);
    cells.program(Float32Array.from(start));
    expectClose(cells.weights, weights[0]);
    for (const [k, count] of pulses.entries()) {
      send(cells, count);
      expectClose(cells.weights, weights[k + 1]);
    }
  });
});

/** central moments of a sample */
function figuresOf(values: Float32Array): Figures {
  let [mean, variance, fourth] = [0, 0, 0];
  for (const value of values) mean += value / values.length;
  for (const value of values) {
    const square = (value - mean) ** 2;
    variance += square / values.length;
    fourth += (square * square) / values.length;
  }
  return { mean, variance, fourth };
}

/** within 4 standard errors of the difference of two samples, and the error of aihwkit's noise table of 32,768 numbers */
function expectAlike(got: Figures, expected: Figures, count: number, draws = 0): void {
  const table = draws * 0.0055 * Math.sqrt(expected.variance);
  const ofMean = 4 * Math.sqrt((got.variance + expected.variance) / count) + table;
  expect(Math.abs(got.mean - expected.mean)).toBeLessThan(ofMean + 1e-9);
  const error = ({ fourth, variance }: Figures) => (fourth - variance ** 2) / count;
  const ofVariance = 4 * Math.sqrt(error(got) + error(expected));
  expect(Math.abs(got.variance - expected.variance)).toBeLessThan(ofVariance + 1e-12);
}

describe('pulses with noise, on cells that differ, have the mean and variance of aihwkit', () => {
  it.each(vectors.spread)('$kind $options', async ({ kind, options, start, cells: count, after }) => {
    const side = Math.sqrt(count);
    const cells = await arrayOf(planned(kind, options), side, side, { chip: 5 });
    cells.program(new Float32Array(count).fill(start));
    for (const expected of after) {
      send(cells, expected.pulses);
      expectAlike(figuresOf(cells.weights), expected, count, 1);
    }
  });
});

describe('power-law drift while learning is that of aihwkit', () => {
  it.each(vectors.drifts)('$parameters', async ({ parameters, start, deltas, pulses, weights }) => {
    const drift = {
      exponent: parameters.nu,
      startSeconds: parameters.t_0,
      dependence: parameters.nu_k ?? 0,
      logReference: parameters.log_g0 ?? 0,
      weightPerConductance: parameters.wg_ratio ?? 1,
      conductanceOffset: parameters.g_offset ?? 0,
      weightOffset: parameters.w_offset ?? 0,
    };
    const cells = await arrayOf(constantStep({ ...ideal, stepSize: 0.01, drift }), 1, start.length);
    cells.program(Float32Array.from(start));
    let [seconds, step] = [0, 0];
    for (const round of [0, pulses]) {
      send(cells, round);
      for (const delta of deltas) {
        seconds += delta;
        cells.age?.(seconds * 1e9);
        expectClose(cells.weights, weights[step++]);
      }
    }
  });
});

describe('phase-change memory has the mean and variance of aihwkit for each level', () => {
  it.each(vectors.pcm)('after $seconds s', async ({ seconds, cells: count, rows }) => {
    const cells = await arrayOf(pcm(), rows.length, count);
    const target = new Float32Array(rows.length * count);
    for (const [r, { level }] of rows.entries()) target.fill(level, r * count, (r + 1) * count);
    cells.program(target);
    if (seconds !== null) cells.age?.(seconds * 1e9);
    for (const [r, expected] of rows.entries())
      expectAlike(figuresOf(cells.weights.subarray(r * count, (r + 1) * count)), expected, count);
  });
});
