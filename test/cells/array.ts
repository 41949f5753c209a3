import type { CellPlan, Cells, Trains } from '../../src/cells/cell.ts';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import type { Workplace } from '../../src/kernels/kernel.ts';
import { simdPlace } from '../kernels/workplace.ts';

/** Cells of one array. @param chip  seed of the variation from cell to cell */
export async function arrayOf(
  plan: CellPlan,
  inputs: number,
  units: number,
  { chip = 1, seed = 2, place = simdPlace }: { chip?: number; seed?: number; place?: Workplace } = {},
): Promise<Cells> {
  const cell = await make(plan, undefined);
  const weights = place.arena.floats(inputs * units);
  return cell.cells({ ...place, inputs, units, weights, chip: random(chip), random: random(seed) });
}

/** Options without any variation or noise. */
export const ideal = {
  stepSpread: 0,
  stepNoise: 0,
  upDownSpread: 0,
  upperBoundSpread: 0,
  lowerBoundSpread: 0,
};

/** Trains in which every line fires in the first `slots` slots; `signs` are those of the inputs. */
export function allFire(inputs: number, units: number, slots: number, negative = false): Trains {
  const word = slots === 32 ? 0xffff_ffff : 2 ** slots - 1;
  return {
    slots,
    inputs: new Uint32Array(inputs).fill(word),
    inputSigns: new Uint8Array(inputs).fill(negative ? 1 : 0),
    units: new Uint32Array(units).fill(word),
    unitSigns: new Uint8Array(units),
  };
}

/** mean and variance */
export function moments(values: ArrayLike<number>): { mean: number; variance: number } {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) ** 2;
  return { mean, variance: squares / values.length };
}
