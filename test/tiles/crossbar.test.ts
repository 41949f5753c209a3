import { describe, expect, it } from 'vitest';
import { simd } from '../../src/products/simd.ts';
import { peripheries } from '../../src/tiles/crossbar/periphery/presets.ts';
import { crossbar } from '../../src/tiles/crossbar.ts';
import { digital } from '../../src/tiles/digital.ts';
import { crossbarOf, normals, read, readBack, rowsOf, tileOf } from './bench.ts';

const [inputs, units, rows] = [37, 11, 6];
const weights = normals(inputs * units, 1, 0.3);
const x = rowsOf(Array.from({ length: rows }, (_, r) => normals(inputs, 10 + r)));
const delta = rowsOf(Array.from({ length: rows }, (_, r) => normals(units, 30 + r)));

describe('a crossbar with everything off', () => {
  it('is the digital product to the bit, forward and backward, in whichever products', async () => {
    for (const products of [undefined, simd()]) {
      const more = products && { products };
      const [analog, exact] = [
        await crossbarOf({}, inputs, units, weights, more),
        await tileOf(digital(), inputs, units, weights, more),
      ];
      expect(read(analog, x)).toEqual(read(exact, x));
      expect(readBack(analog, delta)).toEqual(readBack(exact, delta));
      expect(analog.weights()).toEqual(exact.weights());
    }
  });

  it('learns as a digital tile does, up to rounding', async () => {
    const [analog, exact] = [
      await crossbarOf({ tileRows: 8, tileColumns: 4, weightScale: 0.5 }, inputs, units, weights),
      await tileOf(digital(), inputs, units, weights),
    ];
    for (const tile of [analog, exact]) {
      for (const blocks of [1, 2]) tile.correlate(x, delta, blocks);
      tile.update();
    }
    for (const [i, weight] of exact.weights().entries()) expect(analog.weights()[i]).toBeCloseTo(weight, 5);
  });

  it('is the same product cut over several arrays, up to rounding', async () => {
    const exact = await tileOf(digital(), inputs, units, weights);
    for (const summation of ['digital', 'analog'] as const)
      for (const [tileRows, tileColumns] of [
        [37, 11],
        [10, 11],
        [37, 4],
        [8, 3],
      ]) {
        const tile = await crossbarOf({ summation, tileRows, tileColumns }, inputs, units, weights);
        for (const [i, value] of read(exact, x).entries()) expect(read(tile, x)[i]).toBeCloseTo(value, 4);
        const back = readBack(tile, delta);
        for (const [i, value] of readBack(exact, delta).entries()) expect(back[i]).toBeCloseTo(value, 4);
      }
  });
});

describe('a grid of arrays', () => {
  const options = { forward: { outputBound: 100, adcSteps: 400 }, tileRows: 10, tileColumns: 4 } as const;

  it('converts each array’s sum where the summation is digital, and the sum of all where it is analog', async () => {
    const exact = read(await crossbarOf({}, inputs, units, weights), x);
    const step = 0.5;
    const analog = read(await crossbarOf({ ...options, summation: 'analog' }, inputs, units, weights), x);
    for (const [i, value] of analog.entries())
      expect(value).toBeCloseTo(step * Math.round(exact[i] / step), 6);
    const digitally = read(await crossbarOf(options, inputs, units, weights), x);
    const off = [...digitally].filter((value, i) => value !== analog[i]).length;
    expect(off).toBeGreaterThan(0);
    for (const [i, value] of digitally.entries())
      expect(Math.abs(value - exact[i])).toBeLessThan(4 * (step / 2));
  });

  it('counts the converters of every array for every row', async () => {
    const counted = async (summation: 'digital' | 'analog') => {
      const tile = await crossbarOf({ ...options, summation }, inputs, units, weights);
      read(tile, x);
      return tile.counts?.() ?? {};
    };
    const [apart, joined] = [await counted('digital'), await counted('analog')];
    expect(apart['learn/rows']).toBe(rows);
    expect(apart['learn/reads']).toBe(4 * 3 * rows);
    expect(apart['learn/dacs']).toBe(3 * inputs * rows);
    expect(apart['learn/adcs']).toBe(4 * units * rows);
    expect(joined['learn/adcs']).toBe(units * rows);
    expect(apart['learn/cells']).toBe(inputs * units * rows);
    expect([apart['predict/rows'], apart['back/rows']]).toEqual([0, 0]);
  });
});

describe('reading backward', () => {
  it('a perfect transposed read is the adjoint: δ · (x W) = (δ Wᵀ) · x', async () => {
    const tile = await crossbarOf({ unknown: { synapseGain: 0.3 } }, inputs, units, weights);
    const [z, dx] = [read(tile, x), readBack(tile, delta)];
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
    for (let r = 0; r < rows; r++) {
      const forward = dot(z.subarray(r * units, (r + 1) * units), delta.data.subarray(r * units));
      const backward = dot(dx.subarray(r * inputs, (r + 1) * inputs), x.data.subarray(r * inputs));
      expect(forward).toBeCloseTo(backward, 4);
    }
  });

  it('by the model it is exact whatever reads see, and at random it has nothing to do with the weights', async () => {
    const exact = readBack(await tileOf(digital(), inputs, units, weights), delta);
    const noisy = {
      ...{ unknown: { synapseGain: 0.5 }, backward: peripheries.aihwkit },
      tileRows: 20,
    } as const;
    const model = readBack(
      await crossbarOf({ ...noisy, backwardRead: 'model' }, inputs, units, weights),
      delta,
    );
    for (const [i, value] of exact.entries()) expect(model[i]).toBeCloseTo(value, 5);
    const tile = await crossbarOf({ ...noisy, backwardRead: 'random' }, inputs, units, weights);
    const feedback = readBack(tile, delta);
    const [square, product] = [exact, feedback].map((other) =>
      exact.reduce((sum, v, i) => sum + v * other[i], 0),
    );
    expect(Math.abs(product / square)).toBeLessThan(0.3);
    tile.correlate(x, delta);
    tile.update();
    expect(readBack(tile, delta)).toEqual(feedback);
  });
});

describe('options that can’t be', () => {
  it.each([
    [
      { forward: { dacBits: 7 } },
      'inputBound must be above 0 where forward.dacBits or forward.dacSteps is given; got 0',
    ],
    [{ forward: { outputNoise: -1 } }, 'forward.outputNoise must be a finite number, 0 or more; got -1'],
    [
      { forward: { noiseManagement: 'abs-max', inputBound: 2 } },
      'forward.inputBound must be 1 with noise management; got 2',
    ],
    [
      { backward: { boundManagement: 'iterative' } },
      'backward.outputBound must be above 0 with bound management; got 0',
    ],
    [{ summation: 'loud' }, "summation must be one of digital, analog; got 'loud'"],
    [{ tileRows: 0 }, 'tileRows must be a whole number of input lines, 1 or more; got 0'],
    [{ unknown: { deadNeurons: 2 } }, 'unknown.deadNeurons must be between 0 and 1; got 2'],
    [{ weightScale: 0 }, 'weightScale must be a finite number above 0; got 0'],
    [{ weigthScale: 1 }, 'option of a crossbar must be one of cell'],
  ])('%j is refused', (options, message) => {
    expect(() => crossbar(options as object)).toThrow(message);
  });
});
