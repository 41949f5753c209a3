import type { Cell, Cells, Trains } from '../cells/cell.ts';
import { random } from '../core/random.ts';
import type { Workplace } from '../kernels/kernel.ts';
import { type ContractRule, holds, same } from './rule.ts';

/** A kind of cell and where its arrays are made. */
export interface CellSubject {
  readonly cell: Cell;
  readonly place: Workplace;
}

const [inputs, units] = [17, 9];
const size = inputs * units;

/** One array, whose weights have been programmed to 0. */
function cellsOf({ cell, place }: CellSubject, chip = 1, seed = 2): Cells {
  const weights = place.arena.floats(size);
  const streams = { chip: random(chip), random: random(seed) };
  const cells = cell.cells({ ...place, inputs, units, weights, ...streams });
  cells.program(new Float32Array(size));
  return cells;
}

/** Trains in which some lines fire, some of them negative. */
function trainsOf(seed: number): Trains {
  const draw = random(seed);
  const words = (count: number) => Uint32Array.from({ length: count }, () => draw.whole(8));
  const signs = (count: number) => Uint8Array.from({ length: count }, () => draw.whole(2));
  const lines = { inputs: words(inputs), units: words(units) };
  return { slots: 3, ...lines, inputSigns: signs(inputs), unitSigns: signs(units) };
}

const mean = (values: Float32Array): number => values.reduce((sum, w) => sum + w, 0) / values.length;

/** Every weight lies in the range of its cell, where what reads see is what the cells hold. */
function inBounds({ weights, bounds }: Cells, when: string): void {
  if (bounds === undefined) return;
  const out = weights.findIndex((w, i) => w < bounds.lower[i] - 1e-6 || w > bounds.upper[i] + 1e-6);
  holds(
    out < 0,
    `cell ${out} is at ${weights[out]} ${when}, between ${bounds.lower[out]} and ${bounds.upper[out]} expected`,
  );
}

/** What every kind of cell promises. */
export const cellRules: readonly ContractRule<CellSubject>[] = [
  {
    name: 'a granularity',
    says: 'has a granularity above 0, by which trains are planned',
    check(subject) {
      const { granularity } = cellsOf(subject);
      holds(granularity > 0 && Number.isFinite(granularity), `granularity is ${granularity}`);
    },
  },
  {
    name: 'same chip, same cells',
    says: 'follows from its chip and its stream alone: the same seeds move the same weights to the same bits',
    applies: takesPulses,
    check(subject) {
      const [one, other] = [cellsOf(subject), cellsOf(subject)];
      for (let k = 0; k < 5; k++) same(one.coincide(trainsOf(k)), other.coincide(trainsOf(k)), 'pulses sent');
      same(one.weights.slice(), other.weights.slice(), 'weights');
      if (one.bounds && other.bounds)
        same(one.bounds.lower.slice(), other.bounds.lower.slice(), 'lower bounds');
    },
  },
  {
    name: 'up is not down',
    says: 'raises weights in the mean by UP pulses, and lowers them by DOWN pulses',
    applies: takesPulses,
    check(subject) {
      for (const way of [1, -1]) {
        const cells = cellsOf(subject);
        const before = mean(cells.weights);
        const sent = cells.pulse(new Int32Array(size).fill(20 * way));
        holds(sent === 20 * size, `${sent} pulses are counted, ${20 * size} were sent`);
        const moved = way * (mean(cells.weights) - before);
        const noise = 4 * cells.granularity;
        holds(moved > -noise, `${way > 0 ? 'UP' : 'DOWN'} pulses moved the mean weight by ${way * moved}`);
      }
    },
  },
  {
    name: 'no pulses, no change',
    says: 'does not move where no two lines fire together',
    applies: takesPulses,
    check(subject) {
      const cells = cellsOf(subject);
      const before = cells.weights.slice();
      const silent = { ...trainsOf(1), units: new Uint32Array(units) };
      same(cells.coincide(silent), 0, 'pulses of silent lines');
      same(cells.pulse(new Int32Array(size)), 0, 'pulses of counts of 0');
      same(cells.weights.slice(), before, 'weights');
    },
  },
  {
    name: 'stays in its bounds',
    says: 'is programmed to weights within its bounds, and moved no further by steps',
    applies: (subject) => !seesNoise(subject) && cellsOf(subject).bounds !== undefined,
    check(subject) {
      const cells = cellsOf(subject);
      for (const target of [100, -100]) {
        cells.program(new Float32Array(size).fill(target));
        inBounds(cells, `programmed to ${target}`);
        cells.shift(new Float32Array(size).fill(target));
        inBounds(cells, `shifted by ${target}`);
      }
    },
  },
  {
    name: 'same chip, same programming',
    says: 'is programmed, and ages, by its chip and its stream alone: the same seeds give the same bits',
    check(subject) {
      const [one, other] = [cellsOf(subject), cellsOf(subject)];
      for (const cells of [one, other]) {
        cells.program(Float32Array.from({ length: size }, (_, i) => 0.01 * (i % 9) - 0.04));
        cells.age?.(1e9);
      }
      same(one.weights.slice(), other.weights.slice(), 'weights');
      other.restore(one.state());
      for (const cells of [one, other]) cells.age?.(2e9);
      same(other.weights.slice(), one.weights.slice(), 'weights behind a restore');
    },
  },
  {
    name: 'goes on from its state',
    says: 'goes on from its state to the same bits, in an array that was made and used before',
    applies: takesPulses,
    check(subject) {
      const [one, other] = [cellsOf(subject), cellsOf(subject, 1, 9)];
      for (let k = 0; k < 3; k++) one.coincide(trainsOf(k));
      other.pulse(new Int32Array(size).fill(2));
      other.restore(one.state());
      for (const cells of [one, other]) {
        cells.coincide(trainsOf(7));
        cells.pulse(Int32Array.from({ length: size }, (_, i) => (i % 5) - 2));
        cells.age?.(1e9);
      }
      same(other.weights.slice(), one.weights.slice(), 'weights');
      same(other.state(), one.state(), 'state');
    },
  },
];

/** Whether two programmings to one weight are read as two: then reads see more than the bounds hold. */
function seesNoise(subject: CellSubject): boolean {
  const cells = cellsOf(subject);
  const before = cells.weights.slice();
  cells.program(new Float32Array(size));
  return cells.weights.some((w, i) => w !== before[i]);
}

/** Cells for inference alone refuse pulses. */
function takesPulses(subject: CellSubject): boolean {
  try {
    cellsOf(subject).pulse(new Int32Array(size).fill(1));
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
