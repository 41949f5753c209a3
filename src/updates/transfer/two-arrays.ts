import type { Cells } from '../../cells/cell.ts';
import { joined, type Stateful } from '../../core/state.ts';
import type { Updater, UpdaterContext } from '../update.ts';

/** A fast array that learns and a slow array that reads see; reads see W = slow + gamma · fast. */
export interface TwoArrays extends Stateful, Pick<Updater, 'program' | 'age' | 'break' | 'weights'> {
  readonly fast: Cells;
  readonly slow: Cells;
  /** Reads one input line of the fast array. @param into  overwritten [units] */
  readLine(line: number, into: Float32Array): void;
  /** tells that cells have changed, after an update */
  written(): void;
}

export function twoArrays(context: UpdaterContext, gamma: number): TwoArrays {
  const { inputs, units, products, cell, chip, random, arena } = context;
  const fastProducts = context.another();
  const read = context.reader(fastProducts);
  const slowWeights = gamma === 0 ? products.weights : arena.floats(inputs * units);
  const slow = cell.cells({ ...context, weights: slowWeights });
  const fast = cell.cells({
    ...context,
    weights: fastProducts.weights,
    chip: chip.fork('fast array'),
    random: random.fork('fast array'),
  });
  fast.program(new Float32Array(inputs * units));
  const x = { rows: 1, columns: inputs, data: arena.floats(inputs) };
  const y = { rows: 1, columns: units, data: arena.floats(units) };
  const { weights } = products;
  const written = (): void => {
    if (gamma !== 0)
      for (let k = 0; k < weights.length; k++) weights[k] = slow.weights[k] + gamma * fast.weights[k];
    products.written();
  };
  written();
  const stateful = joined({ slow, fast });
  const { age, break: damage } = slow;
  return {
    fast,
    slow,
    weights,
    state: () => stateful.state(),
    restore(state) {
      stateful.restore(state);
      written();
    },
    readLine(line, into) {
      fastProducts.written();
      x.data[line] = 1;
      read(x, y);
      x.data[line] = 0;
      into.set(y.data);
    },
    written,
    program(to) {
      const wanted = gamma === 0 ? to : to.map((weight, k) => weight - gamma * fast.weights[k]);
      slow.program(wanted);
      written();
    },
    ...(age && {
      age(nanoseconds: number) {
        slow.age?.(nanoseconds);
        fast.age?.(nanoseconds);
        written();
      },
    }),
    ...(damage && {
      break(share: number, draw) {
        slow.break?.(share, draw.fork('slow array'));
        fast.break?.(share, draw.fork('fast array'));
      },
    }),
  };
}
