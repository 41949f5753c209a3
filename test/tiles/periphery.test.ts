import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/core/matrix.ts';
import type { PeripheryOptions } from '../../src/tiles/crossbar/periphery/periphery.ts';
import { peripheries } from '../../src/tiles/crossbar/periphery/presets.ts';
import { arena } from '../kernels/workplace.ts';
import { crossbarOf, moments, normals, read, readBack, repeated, rowsOf } from './bench.ts';

const forwardOf = (forward: PeripheryOptions, inputs: number, units: number, weights: ArrayLike<number>) =>
  crossbarOf({ forward }, inputs, units, weights);

describe('golden numbers of analog.md, section 1.11', () => {
  it('512 inputs of 1 on weights of 0.1 lose 0.768 of 51.2 by IR drop', async () => {
    const tile = await forwardOf({ irDrop: 1 }, 512, 1, Array(512).fill(0.1));
    expect(read(tile, rowsOf([Array(512).fill(1)]))[0]).toBeCloseTo(50.43239224, 3);
  });

  it('7 bits in are 126 steps, 9 bits out are 510', async () => {
    const dac = await forwardOf({ inputBound: 1, dacBits: 7 }, 1, 1, [1]);
    const codes = [...read(dac, rowsOf([[0.3], [0.004], [1.2]]))];
    for (const [i, code] of [0.301587302, 0, 1].entries()) expect(codes[i]).toBeCloseTo(code, 6);
    for (const [outputBound, adcBits, step] of [
      [12, 9, 0.0470588235],
      [20, 9, 0.0784313725],
      [10, 8, 0.0787401575],
    ]) {
      const adc = await forwardOf({ outputBound, adcBits }, 1, 1, [1]);
      expect(read(adc, rowsOf([[0.7 * step]]))[0]).toBeCloseTo(step, 7);
    }
  });
});

describe('bound management', () => {
  const managed = { ...peripheries.aihwkit, outputNoise: 0 };

  it('halves the input of the rows that clip until they fit, and reads no others again', async () => {
    const tile = await forwardOf(managed, 8, 1, Array(8).fill(4));
    const z = read(tile, rowsOf([Array(8).fill(0.5), [0.5, ...Array(7).fill(0)], Array(8).fill(-0.25)]));
    expect(z[0]).toBeCloseTo(16, 0);
    expect(z[1]).toBeCloseTo(2, 1);
    expect(z[2]).toBeCloseTo(-8, 0);
    const counts = tile.counts?.() ?? {};
    // 32 within ±12: at β = 4, for two rows
    expect([counts['learn/redraws'], counts['learn/reads'], counts['learn/rows']]).toEqual([4, 7, 3]);
    expect(counts['learn/adcs']).toBe(7);
  });

  it('gives up where a step of the DAC would be a quarter of the range: at β = 16', async () => {
    const tile = await forwardOf(managed, 8, 1, Array(8).fill(50));
    expect(read(tile, rowsOf([Array(8).fill(0.5)]))[0]).toBeCloseTo(12 * 0.5 * 16, 4);
    const [once, few] = [
      { ...managed, boundManagement: 'none' },
      { ...managed, boundManagementFactor: 3 },
    ] as const;
    for (const [forward, factor] of [
      [once, 1],
      [few, 4],
    ] as const) {
      const other = await forwardOf(forward, 8, 1, Array(8).fill(50));
      expect(read(other, rowsOf([Array(8).fill(0.5)]))[0]).toBeCloseTo(12 * 0.5 * factor, 4);
    }
  });

  it('is for reads forward', async () => {
    const tile = await crossbarOf({ backward: managed }, 1, 8, Array(8).fill(50));
    expect(readBack(tile, rowsOf([Array(8).fill(0.5)]))[0]).toBeCloseTo(12 * 0.5, 4);
  });
});

describe('noise', () => {
  const [inputs, units, draws] = [12, 3, 20_000];
  const weights = normals(inputs * units, 3, 0.4);
  const row = normals(inputs, 4);
  const squares = row.reduce((sum, v) => sum + v * v, 0);
  const most = row.reduce((top, v) => Math.max(top, Math.abs(v)), 0);
  const column = (of: (w: number, v: number) => number) =>
    Array.from({ length: units }, (_, i) =>
      row.reduce((sum, v, j) => sum + of(weights[j * units + i], v), 0),
    );

  it.each([
    ['output noise', { outputNoise: 0.1 }, Array(units).fill(0.01)],
    [
      'output noise scaled by noise management',
      { outputNoise: 0.1, noiseManagement: 'abs-max', inputBound: 1 },
      Array(units).fill((0.1 * most) ** 2),
    ],
    ['input noise', { inputNoise: 0.05 }, column((w) => (0.05 * w) ** 2)],
    ['additive weight noise', { weightNoise: 0.02 }, Array(units).fill(0.02 ** 2 * squares)],
    [
      'PCM read noise',
      { weightNoise: 0.02, weightNoiseKind: 'pcm-read' },
      column((w, v) => 0.02 ** 2 * Math.abs(w) * v * v),
    ],
  ] as const)('%s has its mean and variance', async (_, forward, variances) => {
    const tile = await forwardOf(forward as PeripheryOptions, inputs, units, weights);
    const exact = column((w, v) => w * v);
    for (const [i, { mean, variance }] of moments(read(tile, repeated(row, draws)), units).entries()) {
      expect(Math.abs(mean - exact[i])).toBeLessThan(4 * Math.sqrt(variances[i] / draws));
      expect(Math.abs(variance / variances[i] - 1)).toBeLessThan(4 * Math.sqrt(2 / draws));
    }
  });

  it('adds to squares: E[relu(a + s ξ)²] = (a² + s²) Φ(a/s) + a s φ(a/s), analog.md §1.10', async () => {
    const [a, s] = [0.3, 0.5];
    const tile = await forwardOf({ outputNoise: s }, 1, 1, [a]);
    const squared = read(tile, repeated([1], 100_000)).map((z) => Math.max(0, z) ** 2);
    const [{ mean, variance }] = moments(squared, 1);
    expect(Math.abs(mean - 0.2958)).toBeLessThan(4 * Math.sqrt(variance / 100_000) + 5e-5);
  });

  it('of every output has a deviation of its own, that of the chip', async () => {
    const forward = { outputNoise: 0.1, outputNoiseSpread: 0.5 };
    const deviations = async (chipSeed: number, seed: number) => {
      const tile = await crossbarOf({ forward, chipSeed }, 1, 40, Array(40).fill(0), { seed });
      return moments(read(tile, repeated([0], 4000)), 40).map(({ variance }) => Math.sqrt(variance));
    };
    const [one, again, other] = [await deviations(1, 1), await deviations(1, 2), await deviations(2, 1)];
    const spread = Math.sqrt(moments(Float32Array.from(one), 1)[0].variance);
    expect(spread / 0.1).toBeGreaterThan(0.25);
    const nearest = (a: number[], b: number[]) => Math.max(...a.map((v, i) => Math.abs(v - b[i])));
    expect(nearest(one, again)).toBeLessThan(0.02);
    expect(nearest(one, other)).toBeGreaterThan(0.05);
  });

  it('rounds at random to the right mean', async () => {
    const forward = {
      outputBound: 1,
      adcSteps: 4,
      adcRounding: 'stochastic',
      inputBound: 1,
      dacSteps: 6,
    } as const;
    const tile = await forwardOf({ ...forward, dacRounding: 'stochastic' }, 1, 1, [0.8]);
    const [{ mean, variance }] = moments(read(tile, repeated([0.45], draws)), 1);
    expect(Math.abs(mean - 0.36)).toBeLessThan(4 * Math.sqrt(variance / draws));
  });

  it('is drawn anew for each read, alike for one seed, and predictions take none of it', async () => {
    const make = (seed: number) =>
      crossbarOf({ forward: peripheries.aihwkit }, inputs, units, weights, { seed });
    const [one, same, other] = [await make(1), await make(1), await make(2)];
    const x = rowsOf([row]);
    const first = read(one, x);
    one.read(x, matrix(1, units, arena.floats(units)), 'goodness');
    const second = read(one, x);
    expect(read(same, x)).toEqual(first);
    expect(read(same, x)).toEqual(second);
    expect(second).not.toEqual(first);
    expect(read(other, x)).not.toEqual(first);
  });

  it('of inputs is read on rows of zeros forward, and not backward', async () => {
    const noisy = { noiseManagement: 'abs-max', inputBound: 1, inputNoise: 0.1 } as const;
    const tile = await crossbarOf({ forward: noisy, backward: noisy }, 4, 4, Array(16).fill(1));
    const zeros = repeated([0, 0, 0, 0], 2000);
    const [{ variance }] = moments(read(tile, zeros), 4);
    expect(variance).toBeCloseTo(0.04, 2);
    expect(readBack(tile, zeros).every((value) => value === 0)).toBe(true);
  });

  it('follows the running mean of the largest while learning; predictions do not move it', async () => {
    const forward = { noiseManagement: 'average-abs-max', averageDecay: 0.5, inputBound: 1 } as const;
    const tile = await forwardOf(forward, 1, 1, [1]);
    expect([...read(tile, rowsOf([[1], [3], [3]]))]).toEqual([1, 2, 2.5]);
    const z = matrix(1, 1, arena.floats(1));
    tile.read(rowsOf([[9]]), z, 'goodness');
    expect(z.data[0]).toBe(5.75);
    expect([...read(tile, rowsOf([[9]]))]).toEqual([5.75]);
  });
});

it('half of the voltage offsets are 0, the others half-normal of either sign', async () => {
  const tile = await forwardOf({ voltageOffset: 0.1, offsetWeight: 0 }, 1, 4000, Array(4000).fill(1));
  const v = [...read(tile, rowsOf([[1]]))].map((y) => 1 - y);
  const [none, up] = [v.filter((one) => one === 0).length, v.filter((one) => one > 0).length];
  expect(Math.abs(none - 2000)).toBeLessThan(4 * Math.sqrt(1000));
  expect(Math.abs(up - 1000)).toBeLessThan(4 * Math.sqrt(750));
  const mean = v.reduce((sum, one) => sum + Math.abs(one), 0) / (4000 - none);
  expect(Math.abs(mean / (0.1 * Math.sqrt(2 / Math.PI)) - 1)).toBeLessThan(0.07);
});
