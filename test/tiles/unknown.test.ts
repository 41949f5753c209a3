import { describe, expect, it } from 'vitest';
import type { CrossbarOptions } from '../../src/tiles/crossbar/options.ts';
import type { UnknownOptions } from '../../src/tiles/crossbar/unknown/unknown.ts';
import type { Tile } from '../../src/tiles/tile.ts';
import { crossbarOf, normals, read, readBack, repeated, rowsOf } from './bench.ts';

const [inputs, units] = [40, 30];
const weights = normals(inputs * units, 1, 0.3);
const x = rowsOf([normals(inputs, 2), normals(inputs, 3)]);
const delta = rowsOf([normals(units, 4)]);
const exact = await crossbarOf({}, inputs, units, weights);

const unknownOf = (unknown: UnknownOptions, more: CrossbarOptions = {}, seed = 1, name = 'layer0') =>
  crossbarOf({ unknown, ...more }, inputs, units, weights, { seed, name });

/** What each output of the first row is over, or more than, what it should be. */
async function readings(tile: Tile): Promise<{ ratio: number[]; difference: number[] }> {
  const [seen, meant] = [read(tile, x).subarray(0, units), read(exact, x).subarray(0, units)];
  return {
    ratio: [...seen].map((value, i) => value / meant[i]),
    difference: [...seen].map((value, i) => value - meant[i]),
  };
}

const deviation = (values: readonly number[], around: number) =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - around) ** 2, 0) / values.length);

/** Teaches nothing, so many times: weights stay as they are, what walks goes on. */
function pass(tile: Tile, updates: number): void {
  for (let k = 0; k < updates; k++) tile.update();
}

describe('an unknown chip', () => {
  it('has a gain and an offset for each neuron, the same for every row', async () => {
    const gain = (await readings(await unknownOf({ neuronGain: 0.2 }))).ratio;
    expect(Math.abs(deviation(gain, 1) - 0.2)).toBeLessThan(4 * (0.2 / Math.sqrt(2 * units)));
    const tile = await unknownOf({ neuronOffset: 0.5 });
    const [seen, meant] = [read(tile, x), read(exact, x)];
    const offsets = [...seen].map((value, i) => value - meant[i]);
    expect(Math.abs(deviation(offsets, 0) - 0.5)).toBeLessThan(4 * (0.5 / Math.sqrt(2 * units)));
    for (let i = 0; i < units; i++) expect(offsets[units + i]).toBeCloseTo(offsets[i], 5);
  });

  it('is the same for the same chip seed and layer, whatever the run’s seed, and another one otherwise', async () => {
    const unknown = { neuronGain: 0.2, synapseGain: 0.1, mixing: 0.1, nonlinearity: 0.3 };
    const of = async (...by: [CrossbarOptions?, number?, string?]) => [
      ...read(await unknownOf(unknown, ...by), x),
    ];
    const first = await of();
    expect(await of({ chipSeed: 0 }, 5)).toEqual(first);
    expect(await of({ chipSeed: 1 })).not.toEqual(first);
    expect(await of({}, 1, 'layer1')).not.toEqual(first);
  });

  it('mixes its outputs: z (I + s Q) is about s |z| away', async () => {
    const { difference } = await readings(await unknownOf({ mixing: 0.1 }));
    const z = read(exact, x).subarray(0, units);
    const ratio = deviation(difference, 0) / deviation([...z], 0);
    expect(ratio).toBeGreaterThan(0.06);
    expect(ratio).toBeLessThan(0.14);
  });

  it('bends each unit’s output by a monotone function of its own, through 0, with slopes from 1 − η to 1', async () => {
    const tile = await crossbarOf({ unknown: { nonlinearity: 0.6 } }, 1, 5, [1, 1, 1, 1, 1]);
    const grid = Array.from({ length: 161 }, (_, k) => (k - 80) / 10);
    const f = read(tile, rowsOf(grid.map((value) => [value])));
    const slopes = Array.from({ length: 160 * 5 }, (_, i) => (f[i + 5] - f[i]) / 0.1);
    expect(Math.min(...slopes)).toBeGreaterThan(0.4 - 1e-4);
    expect(Math.min(...slopes)).toBeLessThan(0.5);
    expect(Math.max(...slopes)).toBeLessThan(1 + 1e-4);
    expect([...f.subarray(80 * 5, 81 * 5)].map(Math.abs)).toEqual(
      expect.arrayContaining([expect.closeTo(0, 6)]),
    );
    expect(f[0]).not.toBeCloseTo(f[1], 2);
  });

  it('has dead neurons, and inputs that never arrive', async () => {
    const tile = await unknownOf({ deadNeurons: 0.3 });
    const silent = [...read(tile, x).subarray(0, units)].filter((value) => value === 0).length;
    expect(Math.abs(silent - 0.3 * units)).toBeLessThan(4 * Math.sqrt(0.21 * units));
    const deaf = await unknownOf({ deadInputs: 0.3 });
    const alone = Array.from({ length: inputs }, (_, j) =>
      Array.from({ length: inputs }, (__, k) => Number(k === j)),
    );
    const z = read(deaf, rowsOf(alone));
    const lost = alone.filter((_, j) =>
      z.subarray(j * units, (j + 1) * units).every((value) => value === 0),
    ).length;
    expect(Math.abs(lost - 0.3 * inputs)).toBeLessThan(4 * Math.sqrt(0.21 * inputs));
  });

  it('reads backward through the same cells, but through no neuron', async () => {
    const neurons = { neuronGain: 0.3, neuronOffset: 0.3, mixing: 0.3, nonlinearity: 0.5, deadNeurons: 0.2 };
    const meant = readBack(exact, delta);
    expect(readBack(await unknownOf({ ...neurons, deadInputs: 0.3 }), delta)).toEqual(meant);
    const gained = readBack(await unknownOf({ synapseGain: 0.3 }), delta);
    expect(gained).not.toEqual(meant);
    const both = await unknownOf({ nonReciprocity: 0.3 });
    expect(read(both, x)).toEqual(read(exact, x));
    expect(readBack(both, delta)).not.toEqual(meant);
  });

  it('learns by what its cells hold: a gain of synapses changes reads, not weights', async () => {
    const tile = await unknownOf({ synapseGain: 0.3 });
    expect(tile.weights()).toEqual(exact.weights());
  });
});

describe('what walks at random', () => {
  it('goes w √n far in n updates, and is drawn from the run’s seed', async () => {
    const walked = async (seed: number) => {
      const tile = await unknownOf({ neuronGain: { spread: 0, walk: 0.02 } }, {}, seed);
      pass(tile, 100);
      return (await readings(tile)).ratio;
    };
    const ratio = await walked(1);
    expect(Math.abs(deviation(ratio, 1) - 0.2)).toBeLessThan(4 * (0.2 / Math.sqrt(2 * units)));
    expect(await walked(1)).toEqual(ratio);
    expect(await walked(2)).not.toEqual(ratio);
  });

  it('goes on from a state, which says how far it has walked and not where the chip began', async () => {
    const walk = { spread: 0.2, walk: 0.05 };
    const all = {
      neuronGain: walk,
      neuronOffset: walk,
      mixing: walk,
      synapseGain: walk,
      nonReciprocity: walk,
    };
    const tile = await unknownOf(all);
    pass(tile, 3);
    const [resumed, elsewhere] = [await unknownOf(all, {}, 9), await unknownOf(all, { chipSeed: 1 })];
    for (const other of [resumed, elsewhere]) other.restore(structuredClone(tile.state()));
    for (const other of [tile, resumed, elsewhere]) pass(other, 2);
    expect(read(resumed, x)).toEqual(read(tile, x));
    expect(readBack(resumed, delta)).toEqual(readBack(tile, delta));
    expect(read(elsewhere, x)).not.toEqual(read(tile, x));
  });
});

describe('cells that break', () => {
  const teach = (tile: Tile) => {
    tile.correlate(repeated(normals(inputs, 7), 1), repeated(normals(units, 8), 1));
    tile.update();
  };
  const still = (tile: Tile, before: Float32Array) =>
    tile.weights().filter((weight, i) => weight === before[i]).length / before.length;

  it('from the beginning can’t be programmed', async () => {
    const tile = await unknownOf({ stuckCells: 0.25 });
    const stuck = tile.weights().filter((weight) => weight === 0).length / weights.length;
    expect(Math.abs(stuck - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / weights.length));
  });

  it('after some updates keep the weight that they have', async () => {
    const tile = await crossbarOf({ damage: { share: 0.2, afterUpdates: 1 } }, inputs, units, weights);
    const first = tile.weights();
    teach(tile);
    expect(still(tile, first)).toBe(0);
    const second = tile.weights();
    teach(tile);
    expect(Math.abs(still(tile, second) - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / weights.length));
  });
});
