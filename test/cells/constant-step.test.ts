import { describe, expect, it } from 'vitest';
import { constantStep } from '../../src/cells/constant-step.ts';
import { sharesOf } from '../../src/cells/parts/shares.ts';
import { random } from '../../src/core/random.ts';
import { places } from '../kernels/workplace.ts';
import { allFire, arrayOf, ideal, moments } from './array.ts';

describe.each(places)('ideal constant steps, %s', (_name, place) => {
  it('are n · stepSize, up where the signs of the lines are equal, else down', async () => {
    const cells = await arrayOf(constantStep(ideal), 2, 3, { place });
    const trains = allFire(2, 3, 5);
    trains.inputSigns[1] = 1;
    trains.unitSigns[2] = 1;
    expect(cells.coincide(trains)).toBe(30);
    expect([...cells.weights].map((w) => Math.round(w * 1e6))).toEqual(
      [5, 5, -5, -5, -5, 5].map((n) => 1000 * n),
    );
    expect(cells.granularity).toBe(0.001);
  });

  it('end at the bounds', async () => {
    const cells = await arrayOf(constantStep({ ...ideal, lowerBound: -0.3 }), 1, 2, { place });
    expect(cells.pulse(Int32Array.of(1000, -1000))).toBe(2000);
    expect([...cells.weights]).toEqual([0.6, -0.3].map(Math.fround));
    cells.program(Float32Array.of(2, 0.1));
    cells.shift(Float32Array.of(0.1, 0.1));
    expect([...cells.weights]).toEqual([Math.fround(0.6), Math.fround(Math.fround(0.1) + Math.fround(0.1))]);
  });

  it('take pulses on one line alone', async () => {
    const cells = await arrayOf(constantStep(ideal), 3, 2, { place });
    expect(cells.pulse(Int32Array.of(3, -2), 1)).toBe(5);
    expect([...cells.weights].map((w) => Math.round(1000 * w))).toEqual([0, 0, 3, -2, 0, 0]);
    expect(() => cells.pulse(new Int32Array(2), 3)).toThrow('line of pulses must be below 3; got 3');
    expect(() => cells.pulse(new Int32Array(3), 1)).toThrow('counts of pulses must be 2 numbers; got 3');
  });
});

describe('variation from cell to cell', () => {
  it('has the moments that were asked for, and the same chip gives the same cells', async () => {
    const options = { stepSpread: 0.2, upDown: 0.1, upDownSpread: 0.05, upperBoundSpread: 0.1, stepNoise: 0 };
    const [cells, same, other] = await Promise.all(
      [1, 1, 2].map((chip) => arrayOf(constantStep(options), 200, 200, { chip })),
    );
    const up = moments(cells.bounds?.upper ?? []);
    const error = 0.06 / Math.sqrt(40_000);
    expect(Math.abs(up.mean - 0.6)).toBeLessThan(4 * error);
    expect(Math.abs(Math.sqrt(up.variance) - 0.06)).toBeLessThan(4 * error);
    expect(same.bounds?.upper).toEqual(cells.bounds?.upper);
    expect(other.bounds?.upper).not.toEqual(cells.bounds?.upper);
    // a positive upDown weakens DOWN pulses alone: means dw and dw (1 − 0.1)
    cells.coincide(allFire(200, 200, 1));
    const raised = moments(cells.weights);
    const sd = 0.001 * Math.hypot(0.2, 0.05);
    expect(Math.abs(raised.mean - 0.001)).toBeLessThan((4 * sd) / 200);
    expect(Math.abs(Math.sqrt(raised.variance) - sd)).toBeLessThan((4 * sd) / 200);
    cells.program(new Float32Array(40_000));
    cells.coincide(allFire(200, 200, 1, true));
    expect(Math.abs(moments(cells.weights).mean + 0.0009)).toBeLessThan((4 * sd) / 200);
  });

  it('has stuck cells, in the range and between their bounds, that nothing moves', async () => {
    const options = { ...ideal, stuckShare: 0.1, stuckRange: 0.2 };
    const cells = await arrayOf(constantStep(options), 100, 100);
    cells.program(new Float32Array(10_000).fill(0.4));
    cells.coincide(allFire(100, 100, 31));
    const [lower, upper] = [cells.bounds?.lower ?? [], cells.bounds?.upper ?? []];
    const stuck = [...cells.weights].filter((_, i) => lower[i] === upper[i]);
    expect(Math.abs(stuck.length - 1000)).toBeLessThan(4 * Math.sqrt(900));
    expect(stuck.every((w) => Math.abs(w) <= 0.2)).toBe(true);
    expect(Math.abs(moments(stuck).variance - 0.04 / 3)).toBeLessThan(0.002);
  });

  it('of its logarithm keeps sizes positive', async () => {
    const options = { ...ideal, stepSpread: 0.8, stepSpreadLogNormal: true, enforceConsistency: false };
    const cells = await arrayOf(constantStep(options), 100, 100);
    cells.coincide(allFire(100, 100, 1));
    const logs = moments(cells.weights.map((w) => Math.log(w / 0.001)));
    expect(Math.abs(logs.mean)).toBeLessThan((4 * 0.8) / 100);
    expect(Math.abs(Math.sqrt(logs.variance) - 0.8)).toBeLessThan((4 * 0.8) / 100);
  });
});

describe('noise', () => {
  it.each([
    [0.3, 1],
    [0.3, 12],
    [2, 12],
  ])('σ = %f of %i pulses: mean n s, variance n σ² s²', async (stepNoise, n) => {
    const cells = await arrayOf(
      constantStep({ ...ideal, stepNoise, upperBound: 9, lowerBound: -9 }),
      200,
      200,
    );
    cells.coincide(allFire(200, 200, n));
    const { mean, variance } = moments(cells.weights);
    const expected = n * stepNoise ** 2 * 1e-6;
    expect(Math.abs(mean - n * 0.001)).toBeLessThan(4 * Math.sqrt(expected / 40_000));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / 40_000));
  });

  it('of writing hides the weight that pulses move', async () => {
    const cells = await arrayOf(constantStep({ ...ideal, writeNoise: 20 }), 100, 100);
    cells.program(new Float32Array(10_000).fill(0.1));
    const first = cells.weights.slice();
    expect(Math.abs(moments(first).variance / 0.02 ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / 10_000));
    const counts = new Int32Array(10_000);
    counts[7] = 1;
    for (let i = 0; i < 50; i++) cells.pulse(counts);
    expect(cells.weights.filter((w, i) => w !== first[i]).length).toBe(1);
    expect(cells.state().hidden[7]).toBeCloseTo(0.15, 6);
    expect(cells.state().hidden[8]).toBeCloseTo(0.1, 6);
  });
});

it.each(places)(
  'broken cells stay, and a state put back goes on to the same bits, %s',
  async (_name, place) => {
    const options = { writeNoise: 5, upperBound: 0.05, lowerBound: -0.05 };
    const [cells, other] = [
      await arrayOf(constantStep(options), 40, 30, { place }),
      await arrayOf(constantStep(options), 40, 30, { place, seed: 3 }),
    ];
    cells.program(new Float32Array(1200).fill(0.01));
    const start = cells.state();
    cells.coincide(allFire(40, 30, 3));
    cells.break?.(0.25, random(9));
    const broken = cells.weights.slice();
    const state = cells.state();
    const learn = (one: typeof cells) => {
      one.coincide(allFire(40, 30, 7, true));
      one.shift(new Float32Array(1200).fill(0.01));
      one.program(one.weights.map((w) => w / 2));
      return one.weights.slice();
    };
    const [kept] = [learn(cells)];
    const same = kept.filter((w, i) => w === broken[i]).length;
    expect(Math.abs(same - 300)).toBeLessThan(4 * 15);
    other.restore(state);
    expect(learn(other)).toEqual(kept);
    other.restore(start);
    other.coincide(allFire(40, 30, 3));
    expect(other.weights).toEqual(broken);
    expect(other.state().stuck.includes(1)).toBe(false);
  },
);

it('options out of their ranges are refused by name', () => {
  expect(() => constantStep({ stepSize: 0 })).toThrow('stepSize must be a finite number above 0; got 0');
  expect(() => constantStep({ upDown: 1 })).toThrow('upDown must be between -1 and 1; got 1');
  expect(() => constantStep({ stuckShare: 2 })).toThrow('stuckShare must be between 0 and 1; got 2');
  expect(() => constantStep({ upperBound: 0, lowerBound: 0 })).toThrow('upperBound must be above lowerBound');
});

it('diagnostics tell the shares of stuck cells and of cells at a bound', async () => {
  const cells = await arrayOf(constantStep(ideal), 1, 4);
  cells.program(Float32Array.of(0.6, -0.6, 0.2, 0));
  expect(sharesOf(cells)).toEqual({ stuck: 0, atBounds: 0.5 });
  cells.break?.(1, random(1));
  expect(sharesOf(cells)).toEqual({ stuck: 1, atBounds: 0 });
});
