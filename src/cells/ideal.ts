import { must, mustBePositive } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { arrays } from '../core/state.ts';
import type { Cell, CellPlan, Cells, CellsContext, Trains } from './cell.ts';

export interface IdealOptions {
  /** by how much one pulse moves a weight, > 0; left out, 0.001 */
  readonly stepSize?: number;
}

/**
 * Cells without physics: every pulse moves a weight by the same step, without bounds, noise or ageing. With update `exact` they
 * are numbers in fp32.
 *
 * @throws {RangeError} when the step is not above 0
 */
export function ideal({ stepSize = 0.001 }: IdealOptions = {}): CellPlan {
  mustBePositive(stepSize, 'stepSize of ideal cells');
  return plan(import.meta.url, 'ideal', { stepSize });
}

/** Makes what `ideal()` plans. */
export function create({ stepSize }: { stepSize: number }): Cell {
  return {
    name: 'ideal',
    description: `exact cells, ${stepSize} a pulse`,
    cells: (context) => idealCells(context, stepSize),
  };
}

function idealCells({ inputs, units, weights }: CellsContext, stepSize: number): Cells {
  const broken = new Uint8Array(inputs * units);
  const move = (cell: number, pulses: number): number => {
    if (pulses !== 0 && broken[cell] === 0) weights[cell] += pulses * stepSize;
    return Math.abs(pulses);
  };
  return {
    ...arrays({ weights, broken }),
    inputs,
    units,
    granularity: stepSize,
    weights,
    coincide: (trains) => coincidences(trains, inputs, units, move),
    pulse(counts, line) {
      const first = line === undefined ? 0 : line * units;
      const length = line === undefined ? inputs * units : units;
      let sent = 0;
      for (let k = 0; k < length; k++) sent += move(first + k, counts[k]);
      return sent;
    },
    program(from) {
      must(from.length === weights.length, 'weights of cells', `${inputs} × ${units} numbers`, from.length);
      for (let i = 0; i < weights.length; i++) if (broken[i] === 0) weights[i] = from[i];
    },
    shift(steps) {
      for (let i = 0; i < weights.length; i++) if (broken[i] === 0) weights[i] += steps[i];
    },
    break(share, draw) {
      for (let i = 0; i < broken.length; i++) if (draw.uniform() < share) broken[i] = 1;
    },
  };
}

function coincidences(
  trains: Trains,
  inputs: number,
  units: number,
  move: (cell: number, pulses: number) => number,
): number {
  let sent = 0;
  for (let i = 0; i < inputs; i++) {
    if (trains.inputs[i] === 0) continue;
    for (let j = 0; j < units; j++) {
      const pulses = ones(trains.inputs[i] & trains.units[j]);
      sent += move(i * units + j, trains.inputSigns[i] === trains.unitSigns[j] ? pulses : -pulses);
    }
  }
  return sent;
}

/** bits that are 1 */
function ones(word: number): number {
  let rest = word;
  let count = 0;
  for (; rest !== 0; count++) rest &= rest - 1;
  return count;
}
