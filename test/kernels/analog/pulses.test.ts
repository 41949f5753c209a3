import { describe, expect, it } from 'vitest';
import { random } from '../../../src/core/random.ts';
import { pulseLoops } from '../../../src/kernels/analog/pulse-loops.ts';
import type { Curve, Hits, Lines, StepArrays } from '../../../src/kernels/analog/pulses.ts';
import { simdPulses } from '../../../src/kernels/analog/simd-pulses.ts';
import { assembled, bestFlavour } from '../../../src/kernels/assembled.ts';
import { arena, plainPlace, simdPlace, within } from '../workplace.ts';

const address = (array: ArrayBufferView): number => array.byteOffset;
const flavours = bestFlavour() === 'relaxed' ? (['plain', 'relaxed'] as const) : (['plain'] as const);
const kinds = flavours.map((flavour) => [flavour, simdPulses(assembled(arena, flavour), address)] as const);

function hitsOf(most: number, pulses: number): Hits {
  const counts = arena.words(most);
  return {
    cells: arena.words(most),
    counts: new Int32Array(counts.buffer, counts.byteOffset, most),
    noise: arena.floats(pulses),
    tally: arena.words(2),
  };
}

function linesOf(rows: number, columns: number, seed: number, share: number): Lines {
  const draw = random(seed);
  const lines: Lines = {
    rows: arena.words(rows),
    rowSigns: arena.bytes(rows),
    columns: arena.words(columns),
    columnSigns: arena.bytes(columns),
    active: arena.words(2 * columns),
  };
  for (const [words, signs] of [
    [lines.rows, lines.rowSigns],
    [lines.columns, lines.columnSigns],
  ] as const) {
    for (let i = 0; i < words.length; i++) {
      words[i] = draw.uniform() < share ? draw.whole(2 ** 32) & draw.whole(2 ** 32) : 0;
      signs[i] = draw.whole(2);
    }
  }
  return lines;
}

const listed = ({ cells, counts, tally }: Hits) => [
  ...[tally[0], tally[1]],
  ...[...cells.subarray(0, tally[0])],
  ...[...counts.subarray(0, tally[0])],
];

describe.each(kinds)('%s SIMD', (_flavour, kernels) => {
  it.each([
    [1, 1, 1],
    [7, 3, 0.7],
    [20, 21, 0.3],
    [31, 64, 1],
    [5, 130, 0.05],
  ])('finds the coincidences of %i × %i lines that the loops find', (rows, columns, share) => {
    const lines = linesOf(rows, columns, rows, share);
    const most = Math.max(columns, 100);
    const [mine, theirs] = [hitsOf(most, 40 * columns), hitsOf(most, 40 * columns)];
    for (let row = 0; row < rows; ) {
      const next = pulseLoops.coincidences(lines, row, theirs);
      expect(kernels.coincidences(lines, row, mine)).toBe(next);
      expect(listed(mine)).toEqual(listed(theirs));
      row = next;
    }
  });

  it.each([0, 0.3, 0.33, 0.5, 3])('makes constant steps with noise %f to the bits of the loops', (sigma) => {
    const [a, b] = [1, 2].map(() => cellsOf(50, 4));
    const hits = someHits(50, 9);
    pulseLoops.constantSteps(hits, a, sigma);
    kernels.constantSteps(hits, b, sigma);
    expect([...b.weights]).toEqual([...a.weights]);
    expect([...a.weights]).not.toEqual([...cellsOf(50, 4).weights]);
  });

  const sizes = [0, 1, 2].map((i) =>
    within(Array.from({ length: 50 }, (_, k) => 0.2 + 0.01 * ((k + i) % 7))),
  );
  const [up, down, reference] = sizes;
  const rates = { upRate: 5, downRate: 4, slope: -0.5, offset: -0.3 };
  it.each<Curve>([
    { kind: 'linear', up, down },
    { kind: 'linear', up, down, reference },
    { kind: 'exponential', up: -1.2, down: 0.1, ...rates },
    { kind: 'power', up, down },
    { kind: 'piecewise', up: up.subarray(0, 5), down: down.subarray(2, 7) },
  ])('makes $kind steps to the bits of the loops, with noise and without', (curve) => {
    for (const noise of [
      { ofStep: 0, ofSize: 0, constant: 0, ofWeight: 0 },
      { ofStep: 0.3, ofSize: 1, constant: 0.01, ofWeight: 0.1 },
    ]) {
      const [a, b] = [1, 2].map(() => cellsOf(50, 4));
      const hits = someHits(50, 9);
      pulseLoops.curvedSteps(hits, a, curve, noise);
      kernels.curvedSteps(hits, b, curve, noise);
      expect([...b.weights]).toEqual([...a.weights]);
      expect([...a.weights]).not.toEqual([...cellsOf(50, 4).weights]);
      expect(a.weights.every(Number.isFinite)).toBe(true);
    }
  });
});

function cellsOf(size: number, seed: number): StepArrays {
  const draw = random(seed);
  const made = (of: () => number) => within(Array.from({ length: size }, of));
  return {
    weights: made(() => draw.uniform() - 0.5),
    lower: made(() => -0.5 - 0.1 * draw.uniform()),
    upper: made(() => 0.5 + 0.1 * draw.uniform()),
    up: made(() => 0.02 + 0.01 * draw.uniform()),
    down: made(() => 0.02 + 0.01 * draw.uniform()),
  };
}

function someHits(size: number, seed: number): Hits {
  const draw = random(seed);
  const hits = hitsOf(80, 400);
  for (let i = 0; i < 80; i++) {
    hits.cells[i] = draw.whole(size);
    hits.counts[i] = draw.whole(11) - 5;
    hits.tally[1] += Math.abs(hits.counts[i]);
  }
  hits.tally[0] = 80;
  plainPlace.kernels.normals(hits.noise, 400, arena.words(20).fill(77));
  return hits;
}

describe('coincidences', () => {
  it('count the slots in which both lines fire, negative where the signs differ', () => {
    const lines = linesOf(2, 3, 1, 0);
    lines.rows.set([0b1011, 0]);
    lines.columns.set([0b0011, 0b0100, 0xffff_ffff]);
    lines.columnSigns.set([1, 0, 0]);
    lines.rowSigns.set([0, 0]);
    const hits = hitsOf(3, 96);
    expect(simdPlace.kernels.coincidences(lines, 0, hits)).toBe(2);
    expect(listed(hits)).toEqual([2, 5, 0, 2, -2, 3]);
  });

  it('refuse arrays that lie elsewhere', () => {
    const lines = linesOf(2, 3, 1, 1);
    const hits = hitsOf(3, 96);
    expect(() => simdPlace.kernels.coincidences({ ...lines, rows: new Uint32Array(2) }, 0, hits)).toThrow(
      "arrays of a kernel must be in the memory of the run; got 'Uint32Array'",
    );
    expect(() => simdPlace.kernels.constantSteps(hits, { ...cellsOf(4, 1), up: arena.floats(3) }, 0)).toThrow(
      'array of a kernel must be 4 long or longer; got 3',
    );
  });
});

it('hits on cells that are not there, and hits without draws, are left out', () => {
  for (const { kernels } of [simdPlace, plainPlace]) {
    const cells = cellsOf(4, 1);
    const before = [...cells.weights];
    const hits = hitsOf(2, 1);
    hits.cells.set([4, 2 ** 31]);
    hits.counts.fill(1);
    hits.tally.set([2, 2]);
    kernels.constantSteps(hits, cells, 0.5);
    expect([...cells.weights]).toEqual(before);
    hits.cells.set([0, 1]);
    hits.noise[0] = 0;
    kernels.constantSteps(hits, cells, 0.5);
    expect(cells.weights[0]).toBeCloseTo(before[0] + cells.up[0], 6);
    expect([...cells.weights].slice(1)).toEqual(before.slice(1));
  }
});
