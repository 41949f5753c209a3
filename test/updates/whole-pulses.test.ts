import { expect, test } from 'vitest';
import { perPass } from '../../src/updates/per-pass.ts';
import { tally } from '../../src/updates/pulses/counts.ts';
import { wholePulses } from '../../src/updates/pulses/whole-pulses.ts';
import { bench, lesson } from './bench.ts';

const side = (...shares: number[]) => ({
  shares: Float32Array.from(shares),
  signs: new Uint8Array(shares.length),
});

function counts(input: number, unit: number, slots: number, mean: boolean): number {
  const into = new Int32Array(1);
  wholePulses(side(input), side(unit), slots, mean, into, tally());
  return into[0];
}

test('mean counts that lie halfway are rounded to the even number', () => {
  // both lines fire n times in `slots` slots and meet n · m / slots times
  expect(counts(1 / 2, 1 / 2, 2, true)).toBe(0);
  expect(counts(2 / 4, 3 / 4, 4, true)).toBe(2);
  expect(counts(2 / 4, 1 / 4, 4, true)).toBe(0);
  expect(counts(4 / 8, 5 / 8, 8, true)).toBe(2);
  expect(counts(4 / 8, 7 / 8, 8, true)).toBe(4);
});

test('mean counts round each line first, deterministic counts round once', () => {
  // 31 · 0.0403 = 1.25 and 31 · 0.5 = 15.5
  expect(counts(1.25 / 31, 15.4 / 31, 31, true)).toBe(0);
  expect(counts(1.25 / 31, 15.4 / 31, 31, false)).toBe(1);
  expect(counts(3, 0.5, 30, true)).toBe(15);
});

test.each(['mean-count', 'deterministic'] as const)(
  '%s: 0.05 · 1 · 0.1 / 0.001 is 5 pulses',
  async (pulses) => {
    const { updater, cells } = await bench(perPass({ pulses }), 1, 1);
    updater.update([lesson([[1]], [[0.1]])], 0.05);
    expect(cells[0].net[0]).toBe(-5);
    updater.update([lesson([[1]], [[-0.1]])], 0.05);
    expect(cells[0].net[0]).toBe(0);
  },
);
