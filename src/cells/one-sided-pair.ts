import { must, mustBeShare, mustBeWhole } from '../core/check.ts';
import { make, type Plan, plan } from '../core/plan.ts';
import { joined, arrays as stateOf, together } from '../core/state.ts';
import type { Cell, CellPlan, Cells, CellsContext, Trains } from './cell.ts';

export interface OneSidedPairOptions {
  /** the two cells of each weight; their weights are 0 or more */
  readonly cell: CellPlan;
  /** updates by one sample after which pairs that are nearly full are refreshed; 0 for never; aihwkit counts minibatches */
  readonly refreshEvery?: number;
  /** a pair is refreshed where its larger cell is above this share of its upper bound; `refresh_upper_thres` */
  readonly refreshAbove?: number;
  /** and its smaller one above this share; `refresh_lower_thres` */
  readonly refreshSmallerAbove?: number;
}

/**
 * Two cells for each weight, W = w₊ − w₋, both of which take UP pulses only: those that raise W go to w₊, the others to w₋. In a
 * refresh both are reset, and the cell of W's sign is raised by |W| without pulses, as program-and-verify does. aihwkit's `OneSidedUnitCell`,
 * which rewrites by unchecked pulses.
 *
 * @throws {RangeError} when an option is out of its range
 */
export function oneSidedPair(options: OneSidedPairOptions): CellPlan {
  const { cell, refreshEvery = 100, refreshAbove = 0.75, refreshSmallerAbove = 0.25 } = options;
  mustBeWhole(refreshEvery, 'refreshEvery', 0, 'updates');
  mustBeShare(refreshAbove, 'refreshAbove');
  mustBeShare(refreshSmallerAbove, 'refreshSmallerAbove');
  return plan(import.meta.url, 'one-sided pair', { cell, refreshEvery, refreshAbove, refreshSmallerAbove });
}

/** Makes what `oneSidedPair()` plans. */
export async function create(options: Required<OneSidedPairOptions>): Promise<Cell> {
  const cell = await make(options.cell as Plan<Cell>, undefined);
  return {
    name: 'one-sided pair',
    description: `pairs of ${cell.description}, refreshed every ${options.refreshEvery} updates`,
    cells: (context) => pairs(context, cell, options),
  };
}

function pairs(context: CellsContext, cell: Cell, options: Required<OneSidedPairOptions>): Cells {
  const { inputs, units, weights, arena, chip, random } = context;
  const size = inputs * units;
  const [plus, minus] = (['plus', 'minus'] as const).map((name) =>
    cell.cells({
      ...context,
      weights: arena.floats(size),
      chip: chip.fork(name),
      random: random.fork(name),
    }),
  );
  const [plusBounds, minusBounds] = [plus.bounds, minus.bounds];
  must(plusBounds !== undefined && minusBounds !== undefined, 'cells of a pair', 'bounded', cell.name);
  must(plus.reset !== undefined, 'cells of a pair', 'cells that can be reset', cell.name);
  const updates = new Float64Array(1);
  const steps = new Float32Array(size);
  const bounds = { lower: new Float32Array(size), upper: new Float32Array(size) };
  const bound = (): void => {
    for (let i = 0; i < size; i++) {
      bounds.upper[i] = plusBounds.upper[i] - minusBounds.lower[i];
      bounds.lower[i] = plusBounds.lower[i] - minusBounds.upper[i];
    }
  };
  const show = (first = 0, end = size): void => {
    for (let i = first; i < end; i++) weights[i] = plus.weights[i] - minus.weights[i];
  };
  bound();

  const refresh = (): void => {
    const { refreshAbove, refreshSmallerAbove } = options;
    const full = Uint32Array.from(
      (function* () {
        for (let i = 0; i < size; i++) {
          const [p, m] = [plus.weights[i] / plusBounds.upper[i], minus.weights[i] / minusBounds.upper[i]];
          if (Math.max(p, m) > refreshAbove && Math.min(p, m) > refreshSmallerAbove) yield i;
        }
      })(),
    );
    if (full.length === 0) return;
    const wanted = Array.from(full, (i) => weights[i]);
    plus.reset?.(full);
    minus.reset?.(full);
    for (const [member, sign] of [
      [plus, 1],
      [minus, -1],
    ] as const) {
      steps.fill(0);
      full.forEach((i, k) => {
        const lacking = wanted[k] - (plus.weights[i] - minus.weights[i]);
        if (Math.sign(wanted[k]) === sign) steps[i] = sign * lacking;
      });
      member.shift(steps);
    }
    show();
  };
  /** Each member's part of what raises and lowers weights. */
  const split = (values: Float32Array, act: (member: Cells, part: Float32Array) => void): void => {
    must(values.length === size, 'weights of cells', `${inputs} × ${units} numbers`, values.length);
    act(
      plus,
      values.map((value) => Math.max(value, 0)),
    );
    act(
      minus,
      values.map((value) => Math.max(-value, 0)),
    );
    show();
  };
  const own = stateOf({ weights, updates });
  return {
    ...{ inputs, units, weights, bounds, granularity: plus.granularity },
    coincide(trains) {
      let pulses = 0;
      for (const inputSign of [0, 1])
        for (const unitSign of [0, 1])
          pulses += (inputSign === unitSign ? plus : minus).coincide(ofSigns(trains, inputSign, unitSign));
      for (let i = 0; i < inputs; i++) if (trains.inputs[i] !== 0) show(i * units, (i + 1) * units);
      updates[0]++;
      if (options.refreshEvery > 0 && updates[0] % options.refreshEvery === 0) refresh();
      return pulses;
    },
    pulse(counts, line) {
      const raised = plus.pulse(
        counts.map((n) => Math.max(n, 0)),
        line,
      );
      const lowered = minus.pulse(
        counts.map((n) => Math.max(-n, 0)),
        line,
      );
      show();
      return raised + lowered;
    },
    program: (from) => split(from, (member, part) => member.program(part)),
    shift: (by) => split(by, (member, part) => member.shift(part)),
    ...(plus.age && {
      age(nanoseconds: number) {
        plus.age?.(nanoseconds);
        minus.age?.(nanoseconds);
        show();
      },
    }),
    break(share, draw) {
      plus.break?.(share, draw.fork('plus'));
      minus.break?.(share, draw.fork('minus'));
      bound();
    },
    state: () => together(own, joined({ plus, minus })).state(),
    restore(state) {
      together(own, joined({ plus, minus })).restore(state);
      bound();
    },
  };
}

/** The trains of the lines of these signs alone, as UP pulses. */
function ofSigns(trains: Trains, inputSign: number, unitSign: number): Trains {
  return {
    slots: trains.slots,
    inputs: trains.inputs.map((word, i) => (trains.inputSigns[i] === inputSign ? word : 0)),
    inputSigns: new Uint8Array(trains.inputs.length),
    units: trains.units.map((word, j) => (trains.unitSigns[j] === unitSign ? word : 0)),
    unitSigns: new Uint8Array(trains.units.length),
  };
}
