import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../src/core/trace.ts';
import type { LayerBuffers } from '../../src/measures/parts/layer-accesses.ts';
import { publishedSteps, reuseOf } from '../../src/measures/parts/published-steps.ts';
import type { Distances, Reuse } from '../../src/measures/parts/reuse-tracker.ts';
import { reuseDistance } from '../../src/measures/reuse-distance.ts';
import {
  blocking,
  constant,
  make,
  regular,
  type Scenario,
  type Schedule,
  SimulatedTrace,
  simulate,
  stream,
} from '../../src/simulation.ts';
import { arrival, op, start } from './trace.ts';

describe('a tracker of reuse distances', () => {
  it('counts distances in floats, from the last write and from the last access', () => {
    // clock: a 0…3, b 3…5, a read at 5 (5 since its write), b at 8 (5), a at 10 (10 since its write, 5 since its read)
    const { sinceWrite, sinceAccess, reads, writes, floats } = reuseOf({
      accesses: '>a >b a b a',
      floats: { a: 3, b: 2 },
    });
    expect([reads, writes, floats]).toEqual([3, 2, 13]);
    expect(sinceWrite.average).toBe((3 * 5 + 2 * 5 + 3 * 10) / 8);
    expect(sinceAccess.average).toBe(5);
    expect(sinceWrite.movement).toBeCloseTo(5 * Math.sqrt(5) + 3 * Math.sqrt(10), 12);
    expect(sinceAccess.movement).toBeCloseTo(8 * Math.sqrt(5), 12);
  });

  it('gives no distance to what was never there, and moves its clock all the same', () => {
    const floats = { a: 3, b: 2 };
    expect(reuseOf({ accesses: 'a >b a b', floats }).sinceWrite.average).toBe(5);
    const twice = reuseOf({ accesses: 'a a', floats });
    expect(twice.sinceWrite).toEqual({ average: 0, movement: 0 });
    expect(twice.sinceAccess.average).toBe(3);
  });

  it.each([
    ['forwardForward', 20, 500, 277255.9286, 14, 18],
    ['forwardForward', 3, 100, 11303.3802, 14, 18],
    ['forwardOnly', 20, 500, 10229.4342, 9, 9],
    ['forwardOnly', 3, 100, 447.3484, 9, 9],
    ['backprop', 20, 500, 17976.4, 24, 18],
    ['sameStack', 20, 500, 399254.4, 23, 20],
    ['slimForwardForward', 20, 500, 11802.8, 14, 18],
  ] as const)(
    'has the published figure of %s at n = %i, %i units',
    (step, n, units, average, reads, writes) => {
      const reuse = reuseOf(publishedSteps(n, units)[step]);
      expect(reuse.sinceWrite.average).toBeCloseTo(average, String(average).split('.')[1].length);
      expect([reuse.reads, reuse.writes]).toEqual([reads, writes]);
    },
  );

  it('resets at reads for the true reuse distance, as another program has it', () => {
    const { forwardForward, sameStack, backprop } = publishedSteps(20, 500);
    expect(reuseOf(forwardForward).sinceAccess.average).toBeCloseTo(277255.92777693126, 6);
    expect(reuseOf(sameStack).sinceAccess.average).toBeCloseTo(268511.2364703717, 6);
    expect(reuseOf(backprop).sinceAccess.average).toBeCloseTo(13060.59445511734, 6);
  });

  it('must know the size of each buffer', () => {
    expect(() => reuseOf({ accesses: 'a >b', floats: { a: 1 } })).toThrow(
      "buffer 'b' must be one of a; got 'b'",
    );
  });
});

const stack = (depth: number): number[] => [784, ...Array.from({ length: depth }, () => 500)];
const ff = (sizes: readonly number[]): LayerBuffers[] =>
  sizes.slice(1).map((units, i) => ({ inputs: sizes[i], units, learns: 'locally', streams: 2 }));
const back = (sizes: readonly number[]): LayerBuffers[] =>
  [...sizes.slice(1), 10].map((units, i) => ({ inputs: sizes[i], units, learns: 'backward' }));

/** Twelve microbatches, one behind the other, of which five warm up. */
function simulated(schedule: Schedule, layers: readonly LayerBuffers[], rows: number) {
  const measure = reuseDistance(layers, { warmUp: 5 });
  const [some, none] = [constant(1000), constant(0)];
  const scenario: Scenario = {
    ...{ schedule, devices: layers.length, costs: { F: some, B: some, W: none, U: none } },
    ...(schedule.updates === 'flush'
      ? { microbatches: 1, flushes: 12 }
      : { microbatches: 12, arrivals: regular(1000 * (layers.length + 1)) }),
  };
  const trace = new SimulatedTrace(scenario, (event) => measure.add(event), rows);
  simulate(scenario, { onlooker: trace });
  trace.finish();
  return measure.value();
}

interface Figures {
  readonly written: Distances;
  readonly accessed: Distances;
}
interface Case {
  readonly depth: number;
  readonly rows: number;
  readonly backprop: Figures;
  readonly forwardForward: Figures;
  readonly worker: Figures;
  readonly activities: { readonly backprop: Figures; readonly forwardForward: Figures };
}
const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL('../../fixtures/reuse/steady-state.json', import.meta.url), 'utf8'),
);

function expectEqual({ sinceWrite, sinceAccess }: Reuse, expected: Figures): void {
  expect(sinceWrite.average / expected.written.average).toBeCloseTo(1, 12);
  expect(sinceAccess.average / expected.accessed.average).toBeCloseTo(1, 12);
  expect(sinceWrite.movement / 7 / expected.written.movement).toBeCloseTo(1, 12);
  expect(sinceAccess.movement / 7 / expected.accessed.movement).toBeCloseTo(1, 12);
}

describe.each(cases)('reuse distances at depth $depth, $rows rows, as another program has them', (one) => {
  const { depth, rows } = one;

  it('of backprop on one memory', async () => {
    const { machine, microbatches } = simulated(await make<Schedule>(blocking()), back(stack(depth)), rows);
    expect(microbatches).toBe(7);
    expectEqual(machine.all, one.backprop);
    expectEqual(machine.activities, one.activities.backprop);
  });

  it('of Forward-Forward on one memory and a memory a layer', async () => {
    const { machine, workers } = simulated(await make<Schedule>(stream()), ff(stack(depth)), rows);
    expectEqual(machine.all, one.forwardForward);
    expectEqual(machine.activities, one.activities.forwardForward);
    expectEqual(workers[0].all, one.worker);
    for (const { all } of workers)
      expect(all.sinceWrite.average).toBeLessThanOrEqual(workers[0].all.sinceWrite.average);
  });
});

describe('reuse distances of a trace by hand', () => {
  const layers: readonly LayerBuffers[] = [
    { inputs: 3, units: 2, learns: 'backward' },
    { inputs: 2, units: 4, learns: 'backward' },
  ];
  const step = (k: number, from: number): TraceEvent[] => [
    arrival(k, from, { rows: 10 }),
    op('F', 0, k, from, from + 1, { rows: 10 }),
    op('F', 1, k, from + 1, from + 2, { rows: 10 }),
    op('B', 1, k, from + 2, from + 3, { rows: 10 }),
    op('W', 1, k, from + 3, from + 3, { rows: 10 }),
    op('U', 1, k, from + 3, from + 3, { rows: 10 }),
    op('B', 0, k, from + 3, from + 4, { rows: 10 }),
    op('W', 0, k, from + 4, from + 5, { rows: 10 }),
    op('U', 0, k, from + 5, from + 5, { rows: 10 }),
  ];
  const folded = (events: readonly TraceEvent[], warmUp = 0, given = layers) => {
    const measure = reuseDistance(given, { warmUp });
    for (const event of events) measure.add(event);
    return measure.value();
  };

  it('hold input and activity from the end of F to the end of W', () => {
    const { residency } = folded([start(2), ...step(0, 0), ...step(1, 100)]);
    // (3 + 2) · 10 floats from 1 to 5, (2 + 4) · 10 from 2 to 3
    expect(residency).toEqual([
      { peakFloats: 50, floatNanoseconds: 200 },
      { peakFloats: 60, floatNanoseconds: 60 },
    ]);
  });

  it('leave out predictions and what a restarted stage makes again', () => {
    const plain = [start(2), ...step(0, 0), ...step(2, 100)];
    const more = [
      ...[start(2), ...step(0, 0), arrival(1, 50, { purpose: 'onePass' })],
      op('F', 0, 1, 50, 51, { purpose: 'onePass' }),
      ...step(2, 100),
      op('F', 0, 2, 200, 201, { again: true }),
    ];
    expect(folded(more)).toEqual(folded(plain));
    expect(folded(more, 1)).toEqual(folded(plain, 1));
    expect(folded(plain, 1).microbatches).toBe(1);
  });

  it('count the layers of one stage over one memory', () => {
    const together = layers.map((layer) => ({ ...layer, stage: 0 }));
    const ops = (['F', 'B', 'W', 'U'] as const).map((kind, i) => op(kind, 0, 0, i, i + 1, { rows: 10 }));
    const { machine, workers } = folded([start(1), arrival(0, 0, { rows: 10 }), ...ops], 0, together);
    expect(workers).toHaveLength(1);
    // x, h0, h1, y and δ's: F 30 + 20 read, B 40 + 40, 40 + 20, 20 + 30; weights 6 + 8 read twice
    expect(machine.activities.reads).toBe(8);
    expect(machine.all.reads).toBe(12);
    expect(workers[0].all.reads).toBe(12);
    expect(machine.all.floats - machine.activities.floats).toBe(3 * 14);
  });

  it('must be of layers in the stages of the run', () => {
    expect(() => folded([start(3)])).toThrow('stages of the layers must be 3, those of the run; got 2');
    const jumps = layers.map((layer, i) => ({ ...layer, stage: 2 * i }));
    expect(() => reuseDistance(jumps)).toThrow(
      'stages of the layers must be from 0, rising by 1 at most; got [0,2]',
    );
    expect(() => reuseDistance([])).toThrow(
      'layers of a reuse distance must be a whole number, 1 or more; got 0',
    );
    expect(() => reuseDistance(layers, { warmUp: -1 })).toThrow('warmUp');
  });
});
