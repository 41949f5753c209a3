import { describe, expect, it } from 'vitest';
import type { CellPlan } from '../../src/cells/cell.ts';
import { exponentialStep } from '../../src/cells/exponential-step.ts';
import { linearStep } from '../../src/cells/linear-step.ts';
import { piecewiseStep } from '../../src/cells/piecewise-step.ts';
import { powerStep } from '../../src/cells/power-step.ts';
import { softBounds } from '../../src/cells/soft-bounds.ts';
import { softBoundsReference } from '../../src/cells/soft-bounds-reference.ts';
import { places } from '../kernels/workplace.ts';
import { allFire, arrayOf, ideal, moments } from './array.ts';

const wide = { ...ideal, upperBound: 1, lowerBound: -1 };
const reRam = {
  ...wide,
  ...{ stepSize: 0.00135, upDown: 0.259359, slope: -0.5, offset: -0.5, upRate: 5, downRate: 5 },
  ...{ upAmplitude: -1.18445, downAmplitude: -0.081404 },
};
const pcm = {
  ...{
    ...ideal,
    stepSize: 0.01,
    upperBound: 2,
    lowerBound: 0,
    slope: -1,
    offset: 0,
    upRate: 2.5,
    downRate: 2.5,
  },
  ...{ upAmplitude: -27.235, downAmplitude: -2.235 },
};

describe.each(places)('golden numbers of noise-free pulses, %s', (_name, place) => {
  /** change of a weight by n pulses */
  const change = async (plan: CellPlan, start: number, n = 1): Promise<number> => {
    const cells = await arrayOf(plan, 1, 1, { place });
    cells.program(Float32Array.of(start));
    const before = cells.weights[0];
    cells.pulse(Int32Array.of(n));
    return cells.weights[0] - before;
  };

  it('soft bounds: n pulses leave (1 − s/upper)ⁿ of the way', async () => {
    expect(await change(softBounds({ ...wide, stepSize: 0.01 }), 0, 100)).toBeCloseTo(0.6339676587, 6);
    expect(await change(softBounds({ ...wide, stepSize: 0.01 }), 0, -100)).toBeCloseTo(-0.6339676587, 6);
  });

  it('exponential steps: the class defaults, ReRamES and one PCM device', async () => {
    const start = { ...ideal, stepSize: 0.001 };
    expect((await change(exponentialStep(start), 0)) / 0.001).toBeCloseTo(0.9834316443, 6);
    expect((await change(exponentialStep(start), 0, -1)) / -0.001).toBeCloseTo(0.9834245008, 6);
    for (const [w, up, down] of [
      [0, 0.0014812545, 0.0019914356],
      [0.5, 0.001387605, 0.0044607854],
      [-1, 0.0029490075, 0],
    ]) {
      expect(await change(exponentialStep(reRam), w)).toBeCloseTo(up, 6);
      expect(await change(exponentialStep(reRam), w, -1)).toBeCloseTo(-down, 6);
    }
    for (const [w, up] of [
      [0, 0.28235],
      [0.5, 0.08803],
      [1, 0.032356],
      [1.5, 0.016405],
      [2, 0],
    ]) {
      expect(await change(exponentialStep(pcm), w)).toBeCloseTo(up, 5);
    }
  });

  it('exponential steps go nowhere at the symmetry point', async () => {
    const point = -0.2172299;
    expect(await change(exponentialStep(reRam), point)).toBeCloseTo(
      -(await change(exponentialStep(reRam), point, -1)),
      7,
    );
  });

  it('linear steps lose the share of the slope at the bound', async () => {
    const plan = linearStep({ ...wide, stepSize: 0.01, upSlope: 0.5, upSlopeSpread: 0, downSlopeSpread: 0 });
    expect(await change(plan, 0.5)).toBeCloseTo(0.0075, 6);
    expect(await change(plan, 0.5, -1)).toBeCloseTo(-0.01, 6);
  });

  it('power steps are the power of the way that is left', async () => {
    const plan = powerStep({ ...ideal, exponent: 2.5, exponentSpread: 0, exponentUpDown: 0.1 });
    expect(await change(plan, 0.3)).toBeCloseTo(0.001 * 0.25 ** 2.5, 7);
    expect(await change(plan, 0.3, -1)).toBeCloseTo(-0.001 * 0.75 ** 2.25, 7);
    expect(await change(plan, 0.6)).toBe(0);
  });

  it('piecewise steps follow the line through the nodes', async () => {
    const plan = piecewiseStep({ ...ideal, upNodes: [1, 2, 4], downNodes: [3, 1, 0.5] });
    expect(await change(plan, 0.1)).toBeCloseTo(0.0023333, 6);
    expect(await change(plan, 0.1, -1)).toBeCloseTo(-0.00091667, 6);
    expect(await change(plan, 0.55)).toBeCloseTo(0.0038333, 6);
  });

  it('pulses clip v = w + r, programming clips w: .45 with r = .2 and bounds ±.5 goes to .30', async () => {
    const options = { ...ideal, upperBound: 0.5, lowerBound: -0.5, reference: 0.2, stepSize: 1e-6 };
    expect(await change(softBoundsReference(options), 0.45)).toBeCloseTo(-0.15, 5);
    expect(await change(softBoundsReference(options), 0.45, -1)).toBeCloseTo(-0.15, 5);
  });
});

describe('the symmetry point', () => {
  it('is where it should be: .0961538462 at sizes .0022 and .0018 and bounds 1.25 and −.75', async () => {
    // sizes .0022 and .0018 of a mean of .0022 and an asymmetry of .0004 / .0022
    const options = { ...ideal, stepSize: 0.0022, upDown: 0.4 / 2.2, upperBound: 1.25, lowerBound: -0.75 };
    const cells = await arrayOf(softBoundsReference(options), 1, 1);
    cells.program(Float32Array.of(0.0961538462));
    cells.pulse(Int32Array.of(1));
    const up = cells.weights[0] - 0.0961538462;
    cells.program(Float32Array.of(0.0961538462));
    cells.pulse(Int32Array.of(-1));
    expect(up).toBeCloseTo(0.0961538462 - cells.weights[0], 7);
    expect(up).toBeGreaterThan(0.001);
  });

  it('that is subtracted is 0 for each cell: pulses up and down in turn end there', async () => {
    const options = { stepSize: 0.01, upDown: 0.2, stepNoise: 0, subtractSymmetryPoint: true };
    const cells = await arrayOf(softBoundsReference(options), 20, 20);
    for (let i = 0; i < 300; i++) {
      cells.coincide(allFire(20, 20, 1));
      cells.coincide(allFire(20, 20, 1, true));
    }
    const rest = cells.weights.slice();
    cells.coincide(allFire(20, 20, 1));
    const middle = rest.map((w, i) => (w + cells.weights[i]) / 2);
    expect(Math.sqrt(moments(middle).variance)).toBeLessThan(0.002);
    expect(Math.abs(moments(middle).mean)).toBeLessThan(0.001);
  });
});

describe('noise of n pulses', () => {
  it('of soft bounds, independent of the step: mean (1 − rⁿ) upper, variance of an autoregression', async () => {
    const [s, n, sigma] = [0.01, 10, 1];
    const plan = softBounds({ ...wide, stepSize: s, stepNoise: sigma, noiseOfStep: false });
    const cells = await arrayOf(plan, 200, 200);
    cells.coincide(allFire(200, 200, n));
    const { mean, variance } = moments(cells.weights);
    const r = 1 - s;
    const expected = sigma ** 2 * s ** 2 * ((1 - r ** (2 * n)) / (1 - r ** 2));
    expect(Math.abs(mean - (1 - r ** n))).toBeLessThan(4 * Math.sqrt(expected / 40_000));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / 40_000));
  });

  it('of exponential steps may grow with the weight and have a constant', async () => {
    const plan = exponentialStep({ ...pcm, stepNoise: 0.5, constantNoise: 0.04, weightNoise: 0.1 });
    const cells = await arrayOf(plan, 200, 200);
    cells.program(new Float32Array(40_000).fill(1));
    cells.coincide(allFire(200, 200, 1));
    const { mean, variance } = moments(cells.weights);
    const deviation = 0.5 * (0.032356 + 0.04 + 0.1);
    expect(Math.abs(mean - 1.032356)).toBeLessThan((4 * deviation) / 200);
    expect(Math.abs(variance / deviation ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / 40_000));
  });
});

describe('granularity', () => {
  it('is the mean pulse by which trains are planned', async () => {
    const of = async (plan: CellPlan) => (await arrayOf(plan, 1, 1)).granularity;
    expect(await of(exponentialStep(reRam))).toBeCloseTo((0.0019914356 * (1 - 0.259359)) / (1 - 0.259359), 9);
    expect(await of(powerStep({ exponent: 2 }))).toBeCloseTo(0.00025, 12);
    expect(await of(piecewiseStep({ upNodes: [1, 2, 3, 4] }))).toBeCloseTo(0.003, 12);
    expect(await of(softBounds({ stepSize: 0.01 }))).toBe(0.01);
  });
});
