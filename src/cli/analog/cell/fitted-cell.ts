import {
  type CellFits,
  type CellPlan,
  type Cells,
  fitPiecewise,
  type MeasuredCell,
  make,
  pulseNoise,
  random,
  workplace,
} from '../../../extend.ts';
import { cellOf } from '../crossbar-of.ts';

/** A measured cell as a model, and how well it fits. */
export interface FittedCell {
  readonly fits: CellFits;
  /** pulse to pulse, relative to the mean pulse; null where too few neighbouring pulses were measured */
  readonly stepNoise: number | null;
  /** what `--cell` takes: the piecewise model with that noise */
  readonly cell: string;
  /** conductances of the piecewise model where the cell was measured */
  readonly curve: { readonly up: readonly number[]; readonly down: readonly number[] };
}

/**
 * Fits a measured cell.
 *
 * @param more  further options of the cell, such as its spread from cell to cell, which one cell can't tell
 */
export async function fittedCell(measured: MeasuredCell, nodes: number, more: string): Promise<FittedCell> {
  const fits = fitPiecewise(measured, nodes);
  const stepNoise = pulseNoise(measured) ?? null;
  const { upNodes, downNodes, ...numbers } = fits.piecewise.options;
  const lists = { upNodes, downNodes };
  const options = [
    ...Object.entries(numbers).filter(([name]) => name !== 'stepNoise'),
    ['stepNoise', stepNoise ?? 0],
  ].map(([name, value]) => `${name}=${digits(Number(value))}`);
  const nodeLists = Object.entries(lists).map(([name, list = []]) => `${name}=${list.map(digits).join(';')}`);
  const cell = `piecewise-step:${[...withMore(options, more), ...nodeLists].join(',')}`;
  return { fits, stepNoise, cell, curve: await curveOf(measured, fits, quiet(cell)) };
}

const digits = (value: number): string => `${Number(value.toPrecision(6))}`;
const quiet = (cell: string): string => cell.replace(/stepNoise=[^,]*/, 'stepNoise=0');

/** Options with others in their place. */
function withMore(options: readonly string[], more: string): string[] {
  const given = more === '' ? [] : more.split(',').map((pair) => pair.trim());
  const named = new Set(given.map((pair) => pair.split('=')[0]));
  return [...options.filter((pair) => !named.has(pair.split('=')[0])), ...given];
}

/** Pulses one cell as the measured one was, each branch from where it began. */
async function curveOf(measured: MeasuredCell, { lowest, highest }: CellFits, cell: string) {
  const half = (highest - lowest) / 2;
  const one = await single(cellOf(cell));
  const branch = (readings: MeasuredCell['up'], direction: 1 | -1): number[] => {
    const [first] = readings;
    one.program(Float32Array.of((first.conductance - lowest) / half - 1));
    let pulse = first.pulse;
    return readings.map((reading) => {
      if (reading.pulse > pulse) one.pulse(Int32Array.of(direction * (reading.pulse - pulse)));
      pulse = reading.pulse;
      return lowest + half * (one.weights[0] + 1);
    });
  };
  return { up: branch(measured.up, 1), down: branch(measured.down, -1) };
}

async function single(plan: CellPlan): Promise<Cells> {
  const place = await workplace();
  const [chip, pulses] = ['chip', 'pulses'].map((name) => random(0).fork(name));
  const cell = await make(plan);
  return cell.cells({
    ...{ ...place, inputs: 1, units: 1, weights: place.arena.floats(1) },
    ...{ chip, random: pulses },
  });
}
