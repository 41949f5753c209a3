import { describe, expect, it } from 'vitest';
import { exponentialStep } from '../../src/cells/exponential-step.ts';
import { oneSidedPair } from '../../src/cells/one-sided-pair.ts';
import { sharesOf } from '../../src/cells/parts/shares.ts';
import { pcm } from '../../src/cells/pcm.ts';
import { type CellPresetName, cellPresets } from '../../src/cells/presets/presets.ts';
import { softBounds } from '../../src/cells/soft-bounds.ts';
import { random } from '../../src/core/random.ts';
import { allFire, arrayOf, ideal, moments } from './array.ts';

const names = Object.keys(cellPresets) as CellPresetName[];

describe.each(names)('%s', (name) => {
  it('moves by pulses, and goes on from a state to the same bits', async () => {
    const [cells, other] = await Promise.all(
      [1, 2].map((seed) => arrayOf(cellPresets[name](), 12, 9, { seed })),
    );
    cells.program(new Float32Array(108).fill(0.2));
    const before = cells.weights.slice();
    expect(cells.coincide(allFire(12, 9, 3))).toBe(3 * 108);
    expect(moments(cells.weights).mean).toBeGreaterThan(moments(before).mean);
    const state = cells.state();
    const later = (one: typeof cells) => {
      one.coincide(allFire(12, 9, 9, true));
      one.break?.(0.2, random(6));
      one.age?.(5e9);
      one.pulse(new Int32Array(108).fill(2));
      return one.weights.slice();
    };
    const expected = later(cells);
    other.restore(state);
    expect(later(other)).toEqual(expected);
    expect(expected.every(Number.isFinite)).toBe(true);
  });
});

it('presets have the sizes of pulses that trains are planned by', async () => {
  const sizes: Partial<Record<CellPresetName, number>> = {
    ...{ ReRamES: 0.0019914356, ReRamSB: 0.002, Capacitor: 0.005, EcRam: 0.002, EcRamMO: 2.8214e-4 },
    ...{
      Idealized: 0.0002,
      GokmenVlasov: 0.0016,
      ReRamArrayOM: 0.0949,
      ReRamArrayHfO2: 0.4622,
      PCM: 0.03235,
    },
  };
  for (const [name, size] of Object.entries(sizes)) {
    const cells = await arrayOf(cellPresets[name as CellPresetName](), 1, 1);
    expect(cells.granularity, name).toBeCloseTo(size, 8);
  }
});

it('options of a preset can be replaced', async () => {
  const [quiet] = [await arrayOf(cellPresets.GokmenVlasov({ ...ideal, stepSize: 0.01 }), 1, 1)];
  quiet.pulse(Int32Array.of(3));
  expect(quiet.weights[0]).toBeCloseTo(0.03, 6);
});

describe('one-sided pairs', () => {
  const member = softBounds({ ...ideal, stepSize: 0.1, upperBound: 1, lowerBound: 0, resetNoise: 0 });

  it('raise one cell for UP, the other for DOWN, by the signs of the lines', async () => {
    const cells = await arrayOf(oneSidedPair({ cell: member, refreshEvery: 0 }), 2, 2);
    const trains = allFire(2, 2, 1);
    trains.inputSigns[1] = 1;
    trains.unitSigns[1] = 1;
    expect(cells.coincide(trains)).toBe(4);
    expect([...cells.weights].map((w) => Math.round(1e6 * w) / 1e6)).toEqual([0.1, -0.1, -0.1, 0.1]);
    cells.pulse(Int32Array.of(1, 1, 0, 0));
    expect(cells.weights[0]).toBeCloseTo(0.19, 6);
    expect(cells.weights[1]).toBeCloseTo(0, 6);
    const { 'plus/weights': plus, 'minus/weights': minus } = cells.state();
    expect([plus[1], minus[1]].map((w) => w.toFixed(4))).toEqual(['0.1000', '0.1000']);
  });

  it('are refreshed where both cells are nearly full: the weight stays, its cells are free again', async () => {
    const cells = await arrayOf(oneSidedPair({ cell: member, refreshEvery: 1 }), 1, 3);
    cells.pulse(Int32Array.of(20, 20, 2));
    cells.pulse(Int32Array.of(-6, -1, -2));
    const before = cells.weights.slice();
    cells.coincide({ ...allFire(1, 3, 1), inputs: new Uint32Array(1) });
    cells.weights.forEach((w, i) => {
      expect(w).toBeCloseTo(before[i], 6);
    });
    const { 'plus/weights': plus, 'minus/weights': minus } = cells.state();
    expect([minus[0], plus[0]].map((w) => w.toFixed(4))).toEqual(['0.0000', before[0].toFixed(4)]);
    expect(minus[1]).toBeCloseTo(0.1, 6); // its smaller cell is nearly empty: left alone
  });

  it('need cells that can be reset', async () => {
    await expect(arrayOf(oneSidedPair({ cell: pcm() }), 1, 1)).rejects.toThrow(
      "cells of a pair must be bounded; got 'pcm'",
    );
  });

  it('tell their bounds and what is stuck', async () => {
    const cells = await arrayOf(oneSidedPair({ cell: exponentialStep({ ...ideal, lowerBound: 0 }) }), 10, 10);
    expect([cells.bounds?.lower[0], cells.bounds?.upper[0]]).toEqual([-0.6, 0.6].map(Math.fround));
    cells.break?.(1, random(1));
    expect(sharesOf(cells).stuck).toBe(1);
  });
});
