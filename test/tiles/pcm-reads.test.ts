import { describe, expect, it } from 'vitest';
import { pcm } from '../../src/cells/pcm.ts';
import { random } from '../../src/core/random.ts';
import { simd } from '../../src/products/simd.ts';
import type { CrossbarOptions } from '../../src/tiles/crossbar/options.ts';
import { peripheries } from '../../src/tiles/crossbar/periphery/presets.ts';
import { exact } from '../../src/updates/exact.ts';
import { frozen } from '../../src/updates/frozen.ts';
import { crossbarOf, read, rowsOf } from './bench.ts';

/** Weights of deviation 0.246 clipped at ±1, and inputs of which half are 0, the others uniform within ±1. */
function networkOf(size: number, rows: number) {
  const draw = random(5);
  const weights = Float32Array.from({ length: size * size }, () =>
    Math.max(-1, Math.min(1, 0.246 * draw.normal())),
  );
  const input = () => (draw.uniform() < 0.5 ? 0 : 2 * draw.uniform() - 1);
  return {
    size,
    weights,
    x: rowsOf(Array.from({ length: rows }, () => Float32Array.from({ length: size }, input))),
  };
}

/** ‖z − z'‖ / ‖z'‖, and the slope of z over z', against the exact product z' */
async function errorOf(
  { size, weights, x }: ReturnType<typeof networkOf>,
  options: CrossbarOptions,
  seconds: number,
) {
  const more = { products: simd() };
  const meant = read(await crossbarOf({}, size, size, weights, more), x);
  const tile = await crossbarOf({ cell: pcm(), update: frozen(), ...options }, size, size, weights, more);
  tile.age?.(seconds * 1e9);
  const seen = read(tile, x);
  const square = meant.reduce((sum, value) => sum + value ** 2, 0);
  const off = meant.reduce((sum, value, i) => sum + (seen[i] - value) ** 2, 0);
  return {
    error: Math.sqrt(off / square),
    slope: meant.reduce((sum, v, i) => sum + v * seen[i], 0) / square,
  };
}

it.each(['hardwareAware', 'standard'] as const)(
  'a second after programming a PCM array of 512 × 512 is 13 ± 2 % off, with the periphery %s: Le Gallo et al. 2023',
  async (name) => {
    const { error } = await errorOf(networkOf(512, 20), { forward: peripheries[name] }, 1);
    expect(Math.abs(error - 0.13)).toBeLessThan(0.02);
  },
);

describe('drift compensation', () => {
  const day = 86_400;
  const network = networkOf(64, 30);

  it('brings back what drift takes: 35 % in a day', async () => {
    const slopes = ['none', 'global', 'per-column'].map(async (driftCompensation) => {
      const options = { driftCompensation, cell: pcm({ programmingNoise: 0 }) } as CrossbarOptions;
      return (await errorOf(network, options, day)).slope;
    });
    const [none, global, perColumn] = await Promise.all(slopes);
    expect(none).toBeLessThan(0.7);
    expect(none).toBeGreaterThan(0.6);
    for (const slope of [global, perColumn]) expect(Math.abs(slope - 1)).toBeLessThan(0.05);
  });

  it('by column also makes up for outputs that drift otherwise than the others', async () => {
    // one output line of great weights, which drift less, beside small ones
    const [inputs, units] = [40, 2];
    const weights = Float32Array.from({ length: inputs * units }, (_, i) => (i % 2 === 0 ? 1 : 0.05));
    const x = rowsOf([Array(inputs).fill(0.5)]);
    const cell = pcm({ programmingNoise: 0, readNoise: 0 });
    const ratios = async (driftCompensation: 'global' | 'per-column') => {
      const tile = await crossbarOf({ cell, update: frozen(), driftCompensation }, inputs, units, weights);
      const before = read(tile, x);
      tile.age?.(day * 1e9);
      return read(tile, x).map((value, i) => value / before[i]);
    };
    for (const ratio of await ratios('per-column')) expect(ratio).toBeCloseTo(1, 4);
    const [great, small] = await ratios('global');
    expect(great).toBeGreaterThan(1);
    expect(small).toBeLessThan(0.98);
  });

  it('does not take for drift what was learned', async () => {
    const [inputs, units] = [6, 4];
    const tile = await crossbarOf(
      { update: exact(), driftCompensation: 'global' },
      ...([inputs, units, Float32Array.from({ length: inputs * units }, () => 0.5)] as const),
    );
    const x = rowsOf([Array(inputs).fill(1)]);
    tile.correlate(x, rowsOf([Array(units).fill(1)]));
    tile.update();
    const learned = read(tile, x);
    expect(learned[0]).toBeCloseTo(inputs * 0.4, 5);
    tile.age?.(1e9);
    for (const [i, value] of read(tile, x).entries()) expect(value).toBeCloseTo(learned[i], 5);
  });
});
