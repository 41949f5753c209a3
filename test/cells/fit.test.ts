import { describe, expect, it } from 'vitest';
import type { CellPlan } from '../../src/cells/cell.ts';
import { exponentialStep } from '../../src/cells/exponential-step.ts';
import { fitPiecewise, type MeasuredCell } from '../../src/cells/fit/fit-piecewise.ts';
import { piecewiseStep } from '../../src/cells/piecewise-step.ts';
import { softBounds } from '../../src/cells/soft-bounds.ts';
import { arrayOf, ideal } from './array.ts';

/** Measures a cell: n UP pulses from its lowest weight, then n DOWN pulses, in some unit of conductance. */
async function measured(plan: CellPlan, n: number, every: number, unit = 30): Promise<MeasuredCell> {
  const cells = await arrayOf(plan, 1, 1);
  const branch = (by: number) =>
    Array.from({ length: n / every + 1 }, (_, k) => {
      if (k > 0) cells.pulse(Int32Array.of(by * every));
      return { pulse: k * every, conductance: unit * (cells.weights[0] + 2) };
    });
  cells.program(Float32Array.of(-9));
  return { up: branch(1), down: branch(-1) };
}

const wide = { ...ideal, upperBound: 1, lowerBound: -1 };

describe('measured cells', () => {
  it.each([
    ['softBounds', softBounds({ ...wide, stepSize: 0.03 })],
    [
      'exponential',
      exponentialStep({
        ...wide,
        stepSize: 0.02,
        upAmplitude: 0.2,
        downAmplitude: 0.3,
        upRate: 1.2,
        downRate: 0.9,
        slope: 1,
        offset: 0,
      }),
    ],
  ] as const)('of the %s model are found again by it, and followed by nodes', async (name, plan) => {
    const fits = fitPiecewise(await measured(plan, 100, 2));
    expect(fits[name].error).toBeLessThan(0.003);
    expect(fits.piecewise.error).toBeLessThan(0.006);
    expect(fits.piecewise.options.upNodes?.[4]).toBe(1);
  });

  it('are followed by cells of the fitted options', async () => {
    const data = await measured(softBounds({ ...wide, stepSize: 0.03, upDown: 0.3 }), 100, 1);
    const { piecewise, lowest, highest } = fitPiecewise(data);
    const again = await measured(piecewiseStep(piecewise.options), 100, 1, 1);
    const weight = (g: number) => (2 * (g - lowest)) / (highest - lowest) - 1;
    const off = again.up.map(({ conductance }, i) => conductance - 2 - weight(data.up[i].conductance));
    expect(Math.max(...off.map(Math.abs))).toBeLessThan(0.06);
  });

  it('that no smooth model follows show it in the error', async () => {
    const up = Array.from({ length: 40 }, (_, pulse) => ({ pulse, conductance: pulse < 20 ? 1 : 2 }));
    const down = up.map(({ pulse, conductance }) => ({ pulse, conductance: 3 - conductance }));
    const { softBounds: soft } = fitPiecewise({ up, down });
    expect(soft.error).toBeGreaterThan(0.1);
  });

  it('need readings that rise and differ', () => {
    const flat = [0, 1, 2].map((pulse) => ({ pulse, conductance: 1 }));
    expect(() => fitPiecewise({ up: flat, down: flat })).toThrow(
      'conductances must be different from one another',
    );
    const rising = flat.map(({ pulse }) => ({ pulse, conductance: pulse }));
    expect(() => fitPiecewise({ up: rising.slice(1), down: flat })).toThrow(
      'UP readings must be 3 or more; got 2',
    );
    expect(() => fitPiecewise({ up: [...rising].reverse(), down: flat })).toThrow('whole and rising');
  });
});
