import { describe, expect, it } from 'vitest';
import { random } from '../../../src/core/random.ts';
import { normalState } from '../../../src/kernels/analog/normals.ts';
import type { RowCells, RowWork } from '../../../src/kernels/analog/pulse-rows.ts';
import { pulseRowLoops } from '../../../src/kernels/analog/pulse-rows.ts';
import { trainLoops } from '../../../src/kernels/analog/trains.ts';
import { arena, simdPlace, within } from '../workplace.ts';

const { kernels } = simdPlace;

interface Setting {
  readonly inputs: number;
  readonly units: number;
  readonly size: number;
  readonly bound: number;
  readonly slopes: boolean;
  readonly shown?: boolean;
}

/** Cells that differ, some of them stuck, some near a bound; the same each time. */
function cellsOf({ inputs, units, size, bound, slopes, shown = false }: Setting): RowCells {
  const draw = random(4);
  const count = inputs * units;
  const each = (value: () => number) => within(Float32Array.from({ length: count }, value));
  const [upper, lower] = [each(() => bound * (1 + 0.2 * draw.normal())), each(() => -bound)];
  const [up, down] = [1, 2].map(() => each(() => size * (1 + 0.2 * draw.normal())));
  const stuck = arena.bytes(count);
  for (let i = 0; i < count; i += 7) stuck[i] = 1;
  return {
    ...{ weights: each(() => 0.9 * bound * (2 * draw.uniform() - 1)), lower, upper, up, down },
    ...(slopes && {
      slopes: { up: each(() => -size / bound), down: each(() => size / bound), reference: each(() => 0.01) },
    }),
    ...(shown && { stuck, shown: { weights: arena.floats(count), noise: 0.1 } }),
  };
}

function workOf(rows: number, units: number, seed = 5): RowWork {
  const totals = arena.words(units);
  return {
    ...{ active: arena.words(3 * rows), noise: arena.floats(units), state: normalState(arena, random(seed)) },
    totals: new Int32Array(totals.buffer, totals.byteOffset, units),
  };
}

/** Trains that both lines of a cell fire in with this share of their slots. */
function trainsOf(rows: number, inputs: number, units: number, share: number) {
  const draw = random(6);
  const words = (count: number) => {
    const made = arena.words(count);
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < 31; k++) if (draw.uniform() < share) made[i] |= 1 << k;
      if (draw.uniform() < 0.5) made[i] = (made[i] | 0x8000_0000) >>> 0;
    }
    return made;
  };
  return { rows, inputs: words(rows * inputs), units: words(rows * units) };
}

const bits = (array: Float32Array) => [...new Uint32Array(array.slice().buffer)];

describe('pulses of several updates', () => {
  it.each([
    { inputs: 3, units: 8, size: 0.01, bound: 1, slopes: false },
    { inputs: 4, units: 11, size: 0.02, bound: 0.3, slopes: false, shown: true },
    { inputs: 3, units: 5, size: 0.002, bound: 0.5, slopes: true },
    { inputs: 5, units: 13, size: 0.05, bound: 0.4, slopes: true, shown: true },
  ])('come to the same bits in WebAssembly and as plain loops: %o', (setting) => {
    const { inputs, units } = setting;
    for (const [sigma, eachPulse] of [
      [0, false],
      [0.3, false],
      [3, true],
    ] as const) {
      const trains = trainsOf(20, inputs, units, 0.2);
      const [mine, theirs] = [cellsOf(setting), cellsOf(setting)];
      const [work, same] = [workOf(20, units), workOf(20, units)];
      const sent = kernels.pulseRows(trains, mine, sigma, eachPulse, work);
      expect(pulseRowLoops.pulseRows(trains, theirs, sigma, eachPulse, same)).toBe(sent);
      expect(bits(mine.weights)).toEqual(bits(theirs.weights));
      expect(work.state).toEqual(same.state);
      if (mine.shown && theirs.shown) expect(bits(mine.shown.weights)).toEqual(bits(theirs.shown.weights));
    }
  });

  it('without noise are those of one update after another', () => {
    const [inputs, units, rows] = [6, 9, 20];
    const cells = cellsOf({ inputs, units, size: 0.004, bound: 0.5, slopes: false });
    const trains = trainsOf(rows, inputs, units, 0.2);
    const expected = cells.weights.slice();
    let pulses = 0;
    for (let r = 0; r < rows; r++)
      for (let i = 0; i < inputs * units; i++) {
        const [x, d] = [
          trains.inputs[r * inputs + Math.floor(i / units)],
          trains.units[r * units + (i % units)],
        ];
        const n = (x & d & 0x7fff_ffff).toString(2).replaceAll('0', '').length;
        pulses += n;
        const w = expected[i] + (x >>> 31 === d >>> 31 ? n * cells.up[i] : -n * cells.down[i]);
        expected[i] = Math.min(Math.max(w, cells.lower[i]), cells.upper[i]);
      }
    expect(kernels.pulseRows(trains, cells, 0, false, workOf(rows, units))).toBe(pulses);
    for (const [i, w] of cells.weights.entries()) expect(w).toBeCloseTo(expected[i], 6);
  });

  it.each([
    [0.002, 3.75],
    [0.03, 0.5],
  ])('of soft bounds, size %f and noise %f, have the mean and variance of single pulses', (size, sigma) => {
    const [rows, units, draws] = [9, 4000, 5];
    const trains = { rows, inputs: arena.words(rows), units: arena.words(rows * units) };
    trains.inputs.fill(0b111);
    for (let r = 0; r < rows; r++)
      trains.units.fill(r % 3 === 0 ? 0x8000_0007 : 0b11, r * units, (r + 1) * units);
    const fill = (value: number) => within(new Float32Array(units).fill(value));
    const at = { lower: fill(-0.75), upper: fill(1.25), up: fill(size), down: fill(size) };
    const slopes = { up: fill(-size / 1.25), down: fill(size / 0.75) };
    // the closed form: v ← a + r v, variance ← r² variance + q
    let [mean, variance] = [0.2, 0];
    for (let r = 0; r < rows; r++)
      for (let k = 0; k < (r % 3 === 0 ? 3 : 2); k++) {
        const bound = r % 3 === 0 ? -0.75 : 1.25;
        mean += r % 3 === 0 ? -size * (1 - mean / bound) : size * (1 - mean / bound);
        variance = (1 - size / Math.abs(bound)) ** 2 * variance + (size * sigma) ** 2;
      }
    const seen: number[] = [];
    const work = workOf(rows, units);
    for (let k = 0; k < draws; k++) {
      const weights = fill(0.2);
      kernels.pulseRows(trains, { ...at, slopes, weights }, sigma, true, work);
      seen.push(...weights);
    }
    const m = seen.reduce((sum, w) => sum + w, 0) / seen.length;
    const v = seen.reduce((sum, w) => sum + (w - m) ** 2, 0) / (seen.length - 1);
    expect(Math.abs(m - mean)).toBeLessThan(4 * Math.sqrt(variance / seen.length));
    expect(Math.abs(v / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / seen.length));
  });

  it('refuses arrays that lie elsewhere or are too short', () => {
    const cells = cellsOf({ inputs: 2, units: 4, size: 0.01, bound: 1, slopes: false });
    const trains = trainsOf(3, 2, 4, 0.5);
    const call = (change: object) => () =>
      kernels.pulseRows({ ...trains, ...change }, cells, 0, false, workOf(3, 4));
    expect(call({})).not.toThrow();
    expect(call({ units: new Uint32Array(12) })).toThrow(/memory of the run/);
    expect(call({ inputs: trains.inputs.subarray(1) })).toThrow(/6 long or longer/);
    expect(call({ rows: 0.5 })).toThrow(/rows of pulses/);
  });
});

describe('trains of numbers', () => {
  it('are the same bits in WebAssembly and as plain loops', () => {
    const draw = random(2);
    for (const count of [1, 4, 7, 30]) {
      const numbers = within(
        Float32Array.from({ length: count }, () => (draw.uniform() < 0.3 ? 0 : draw.normal())),
      );
      const [mine, theirs] = [arena.words(count), new Uint32Array(count)];
      const state = arena.words(16).map(() => draw.whole(2 ** 32));
      const own = arena.words(16);
      own.set(state);
      const [tally, other] = [arena.words(2), new Uint32Array(2)];
      for (const flip of [0, 1] as const) {
        const fired = kernels.signedTrains(numbers, 0.6, flip, mine, own, 9, tally);
        expect(trainLoops.signedTrains(numbers, 0.6, flip, theirs, state, 9, other)).toBe(fired);
        expect([...mine]).toEqual([...theirs]);
        expect([...tally]).toEqual([...other]);
        expect(own).toEqual(state);
        const [loudest] = [...numbers.keys()].filter((i) => mine[i] << 1 !== 0);
        if (loudest !== undefined) expect(mine[loudest] >>> 31).toBe(Number(numbers[loudest] < 0) ^ flip);
      }
    }
  });
});
