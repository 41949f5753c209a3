import type { Kernels } from '../../../kernels/kernel.ts';
import type { Periphery } from './periphery.ts';

/** Rows as they lie: row r begins at element r · stride of `data`. */
export interface Rows {
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
  readonly data: Float32Array;
}

/**
 * What each row is divided by before the DAC.
 *
 * @param into     α [rows], overwritten; 0 where nothing is read
 * @param average  the running mean of `average-abs-max`, 0 before the first row, moved on [1]; its reader may hand a copy
 */
export function scales(
  x: Rows,
  p: Periphery,
  into: Float32Array,
  average: Float32Array,
  kernels: Kernels,
): void {
  const { rows, columns, stride, data } = x;
  const fixed = p.noiseManagementThreshold;
  if (p.noiseManagement === 'none') into.fill(1, 0, rows);
  else if (p.noiseManagement === 'constant') into.fill(fixed > 0 ? fixed : 1, 0, rows);
  else if (p.noiseManagement === 'max') greatest(x, into);
  else {
    kernels.largest(data, into, stride, rows, columns);
    if (p.noiseManagement === 'average-abs-max') follow(into, rows, p.averageDecay, average);
    else if (p.noiseManagement === 'abs-max-np-sum') worstCase(x, p, into);
    else if (fixed > 0) for (let r = 0; r < rows; r++) into[r] = Math.min(into[r], fixed);
  }
}

function greatest({ rows, columns, stride, data }: Rows, into: Float32Array): void {
  for (let r = 0; r < rows; r++) {
    let most = 0;
    for (let j = 0; j < columns; j++) most = Math.max(most, data[r * stride + j]);
    into[r] = most;
  }
}

function follow(into: Float32Array, rows: number, decay: number, average: Float32Array): void {
  for (let r = 0; r < rows; r++) {
    average[0] = average[0] > 0 ? average[0] * (1 - decay) + into[r] * decay : into[r];
    into[r] = average[0];
  }
}

/**
 * So much that the output stays in its range if all weights of one sign were as great as assumed, but no more than leaves
 * `boundManagementResolution` of the DAC's range to a step.
 *
 * @param into  max |x| of each row, replaced [rows]
 */
export function worstCase({ rows, columns, stride, data }: Rows, p: Periphery, into: Float32Array): void {
  for (let r = 0; r < rows; r++) {
    let [up, down] = [0, 0];
    for (let j = 0; j < columns; j++) {
      const value = data[r * stride + j];
      if (value > 0) up += value;
      else down -= value;
    }
    const bound = p.outputBound > 0 ? p.outputBound : 1;
    const expected = (Math.max(up, down) * p.assumedWeight) / bound;
    const most = p.dacStep > 0 ? (into[r] / p.dacStep) * p.boundManagementResolution : expected;
    into[r] = Math.max(into[r], Math.min(most, expected));
  }
}
