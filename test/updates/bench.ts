import type { Cell, Cells, Trains } from '../../src/cells/cell.ts';
import { matrix } from '../../src/core/matrix.ts';
import { Arena } from '../../src/core/memory/arena.ts';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { arrays } from '../../src/core/state.ts';
import { create as plainKernels } from '../../src/kernels/plain.ts';
import type { Optimiser, OptimiserPlan } from '../../src/optimisers/optimiser.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import { create as plainProducts } from '../../src/products/plain.ts';
import type { Lesson, UpdatePlan, Updater } from '../../src/updates/update.ts';

/** Cells that move by exactly `granularity` a pulse, without bounds, and that add up the pulses they got. */
export function idealCell(granularity = 0.001): Cell & { made: Ideal[] } {
  const made: Ideal[] = [];
  return {
    made,
    name: 'ideal',
    description: 'moves by the same step at every pulse',
    cells({ inputs, units, weights }) {
      const cells = ideal(inputs, units, weights, granularity);
      made.push(cells);
      return cells;
    },
  };
}

export interface Ideal extends Cells {
  /** pulses up less pulses down of each cell since they were last cleared [inputs × units] */
  readonly net: Int32Array;
  /** pulses sent so far */
  sent(): number;
  /** trains of each call of `coincide` */
  readonly calls: { slots: number; inputs: number[]; units: number[] }[];
}

function ideal(inputs: number, units: number, weights: Float32Array, granularity: number): Ideal {
  const net = new Int32Array(inputs * units);
  const calls: Ideal['calls'] = [];
  let all = 0;
  const move = (cell: number, count: number): number => {
    net[cell] += count;
    all += Math.abs(count);
    weights[cell] += count * granularity;
    return Math.abs(count);
  };
  return {
    ...arrays({ weights }),
    inputs,
    units,
    granularity,
    weights,
    net,
    sent: () => all,
    calls,
    coincide(trains: Trains) {
      calls.push({ slots: trains.slots, inputs: [...trains.inputs], units: [...trains.units] });
      let sent = 0;
      for (let i = 0; i < inputs; i++)
        for (let j = 0; j < units; j++) {
          const n = ones(trains.inputs[i] & trains.units[j]);
          if (n > 0) sent += move(i * units + j, trains.inputSigns[i] === trains.unitSigns[j] ? n : -n);
        }
      return sent;
    },
    pulse(counts, line) {
      let sent = 0;
      const first = line === undefined ? 0 : line * units;
      const length = line === undefined ? inputs * units : units;
      for (let k = 0; k < length; k++) if (counts[k] !== 0) sent += move(first + k, counts[k]);
      return sent;
    },
    program: (from) => weights.set(from),
    shift(steps) {
      for (let i = 0; i < weights.length; i++) weights[i] += steps[i];
    },
  };
}

export function ones(word: number): number {
  let n = 0;
  for (let w = word >>> 0; w !== 0; w >>>= 1) n += w & 1;
  return n;
}

export interface Benched {
  readonly updater: Updater;
  readonly cells: Ideal[];
}

/** An updater on ideal cells; `more` replaces parts of what it is made with. */
export async function bench(
  plan: UpdatePlan,
  inputs: number,
  units: number,
  {
    optimiser = sgd({ learningRate: 0.1 }),
    cell = idealCell(),
    seed = 7,
  }: { optimiser?: OptimiserPlan; cell?: ReturnType<typeof idealCell>; seed?: number } = {},
): Promise<Benched> {
  const arena = Arena.over();
  const maker = plainProducts({}, arena);
  const update = await make(plan);
  const updater = update.updater({
    arena,
    kernels: plainKernels(),
    inputs,
    units,
    cell,
    products: maker.products(inputs, units),
    another: () => maker.products(inputs, units),
    reader: (over) => (x, y) => over.read(x, y),
    optimiser: (await make(optimiser)) as Optimiser,
    chip: random(seed).fork('chip'),
    random: random(seed).fork('random'),
  });
  return { updater, cells: cell.made };
}

/** One lesson of these rows. */
export function lesson(x: readonly number[][], delta: readonly number[][], blocks = 1): Lesson {
  const rows = (m: readonly number[][]) => matrix(m.length, m[0].length, Float32Array.from(m.flat()));
  return { x: rows(x), delta: rows(delta), blocks };
}
