import { describe, expect, it } from 'vitest';
import { constantStep } from '../../src/cells/constant-step.ts';
import { ideal } from '../../src/cells/ideal.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import { peripheries } from '../../src/tiles/crossbar/periphery/presets.ts';
import type { Tile } from '../../src/tiles/tile.ts';
import { mixedPrecision } from '../../src/updates/mixed-precision.ts';
import { paired } from '../../src/updates/paired.ts';
import { perPass } from '../../src/updates/per-pass.ts';
import { tikiTakaV1 } from '../../src/updates/tiki-taka-v1.ts';
import { tikiTakaV2 } from '../../src/updates/tiki-taka-v2.ts';
import { crossbarOf, normals, read, rowsOf } from './bench.ts';

const [inputs, units, rows] = [9, 5, 4];
const weights = normals(inputs * units, 1, 0.2);
const x = (seed: number) => rowsOf(Array.from({ length: rows }, (_, r) => normals(inputs, 10 * seed + r)));
const delta = (seed: number) =>
  rowsOf(Array.from({ length: rows }, (_, r) => normals(units, 500 + 10 * seed + r)));

const learn = (tile: Tile, seed: number): void => {
  for (const k of [0, 1]) tile.correlate(x(seed + k), delta(seed + k), 2);
  tile.update();
};

describe.each([
  ['per pass', perPass()],
  ['paired', paired()],
  ['mixed precision', mixedPrecision()],
  ['Tiki-Taka', tikiTakaV1()],
  ['Tiki-Taka v2', tikiTakaV2()],
] as const)('pulses %s on several arrays', (_, update) => {
  const make = (seed = 1) =>
    crossbarOf(
      { update, cell: constantStep(), forward: peripheries.aihwkit, tileRows: 5, tileColumns: 3 },
      ...([inputs, units, weights, { seed }] as const),
    );

  it('move weights, are counted, and go on from a state to the same bits', async () => {
    const tile = await make();
    for (const seed of [1, 2, 3]) learn(tile, seed);
    const counts = tile.counts?.() ?? {};
    expect(counts['update/pulses']).toBeGreaterThan(0);
    expect(counts['transfer/reads']).toBe(counts['update/transferReads']);
    tile.correlate(x(7), delta(7), 2);
    const resumed = await make(5);
    resumed.restore(structuredClone(tile.state()));
    for (const one of [tile, resumed]) {
      learn(one, 8);
      learn(one, 9);
    }
    expect(resumed.weights()).toEqual(tile.weights());
    expect(resumed.weights()).not.toEqual((await make()).weights());
    expect(read(resumed, x(3))).toEqual(read(tile, x(3)));
  });
});

it('a weight scale changes what a pulse is worth, not what is learned in the mean', async () => {
  const moved = async (weightScale: number) => {
    const cell = ideal({ stepSize: 1e-3 });
    const tile = await crossbarOf({ update: perPass(), cell, weightScale }, 1, 1, [0]);
    for (let k = 0; k < 200; k++) {
      tile.correlate(rowsOf([[0.5]]), rowsOf([[0.2]]));
      tile.update();
    }
    return tile.weights()[0];
  };
  // −200 · 0.1 · 0.5 · 0.2
  for (const scale of [1, 4]) expect(Math.abs((await moved(scale)) / -2 - 1)).toBeLessThan(0.15);
});

it('float updates with momentum and weight decay do not depend on the scale of the cells', async () => {
  const optimiser = sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 0.5 });
  const [one, scaled] = await Promise.all(
    [1, 4].map((weightScale) => crossbarOf({ weightScale }, inputs, units, weights, { optimiser })),
  );
  for (const seed of [1, 2, 3]) for (const tile of [one, scaled]) learn(tile, seed);
  const expected = one.weights();
  for (const [i, w] of scaled.weights().entries()) expect(w).toBeCloseTo(expected[i], 5);
  expect(Math.max(...expected.map((w, i) => Math.abs(w - weights[i])))).toBeGreaterThan(0.1);
});
