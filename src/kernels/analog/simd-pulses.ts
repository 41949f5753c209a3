import { must } from '../../core/check.ts';
import type { Assembled } from '../assembled.ts';
import { normalWords } from './normals.ts';
import type { PulseRowKernels } from './pulse-rows.ts';
import type { Curve, Hits, PulseKernels, StepArrays } from './pulses.ts';

type Operand = Float32Array | Uint8Array | Uint32Array | Int32Array;
/** The address of an array that must be in the arena and as long as this. */
type Address = (array: Operand, length: number, width?: number) => number;

/** The kernels of pulses in WebAssembly. */
export function simdPulses(wasm: Assembled, at: Address): PulseKernels & PulseRowKernels {
  const hitsAt = ({ cells, counts, noise, tally }: Hits) =>
    [
      ...[at(cells, cells.length), at(counts, cells.length), cells.length],
      ...[noise.length, at(tally, 2)],
    ] as const;
  const given = ({ tally, cells }: Hits): number => {
    if (tally[0] > cells.length) must(false, 'hits', `${cells.length} at most`, tally[0]);
    return tally[0];
  };
  const arraysAt = ({ weights, lower, upper, up, down }: StepArrays) =>
    [
      ...[weights.length, at(weights, weights.length), at(lower, weights.length)],
      ...[at(upper, weights.length), at(up, weights.length), at(down, weights.length)],
    ] as const;
  const drawnAt = (hits: Hits) => {
    const count = given(hits);
    const { cells, counts, noise } = hits;
    return [at(cells, count), at(counts, count), count, at(noise, noise.length), noise.length] as const;
  };
  /** kind, two arrays, a third one or none, nodes, and the numbers of an exponential curve */
  const curveAt = (curve: Curve, size: number): number[] => {
    if (curve.kind === 'exponential') {
      const { up, down, upRate, downRate, slope, offset } = curve;
      return [1, 0, 0, 0, 0, up, down, upRate, downRate, slope, offset];
    }
    const { up, down } = curve;
    if (curve.kind === 'piecewise') {
      if (up.length < 2) must(false, 'nodes of a piecewise curve', '2 or more', up.length);
      return [3, at(up, up.length), at(down, up.length), 0, up.length, 0, 0, 0, 0, 0, 0];
    }
    const reference = curve.kind === 'linear' ? curve.reference : undefined;
    const arrays = [at(up, size), at(down, size), reference === undefined ? 0 : at(reference, size)];
    return [curve.kind === 'linear' ? 0 : 2, ...arrays, 0, 0, 0, 0, 0, 0, 0];
  };
  return {
    coincidences({ rows, rowSigns, columns, columnSigns, active }, from, hits) {
      const row = wasm.coincidences(
        ...[at(rows, rows.length), at(rowSigns, rows.length, 1), rows.length, from],
        ...[at(columns, columns.length), at(columnSigns, columns.length, 1), columns.length],
        ...[at(active, 2 * columns.length), ...hitsAt(hits)],
      );
      return row ?? rows.length;
    },
    constantSteps(hits, arrays, sigma) {
      wasm.constantSteps(...drawnAt(hits), ...arraysAt(arrays), sigma);
    },
    pulseRows({ rows, inputs, units }, cells, sigma, eachPulse, { active, noise, totals, state }) {
      const width = noise.length;
      const size = cells.weights.length;
      if (rows % 1 !== 0 || rows < 0) must(false, 'rows of pulses', 'a whole number, 0 or more', rows);
      if (width === 0 || size % width !== 0)
        must(false, 'cells of pulses', `a multiple of ${width} units`, size);
      const { slopes, stuck, shown } = cells;
      const optional = (array: Float32Array | undefined): number => (array ? at(array, size) : 0);
      const sent = wasm.pulseRows(
        ...[rows, size / width, width, at(inputs, (rows * size) / width), at(units, rows * width)],
        ...[at(active, 3 * rows), at(noise, width), at(totals, width), at(state, normalWords)],
        ...arraysAt(cells).slice(1),
        ...[optional(slopes?.up), optional(slopes?.down), optional(slopes?.reference)],
        ...[stuck ? at(stuck, size, 1) : 0, sigma, Number(eachPulse)],
        ...[optional(shown?.weights), shown?.noise ?? 0],
      );
      return Number(sent);
    },
    curvedSteps(hits, arrays, curve, { ofStep, ofSize, constant, ofWeight }) {
      wasm.curvedSteps(
        ...drawnAt(hits),
        ...arraysAt(arrays),
        ...[ofStep, ofSize, constant, ofWeight],
        ...curveAt(curve, arrays.weights.length),
      );
    },
  };
}
