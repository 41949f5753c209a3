import type { Matrix } from '../../../core/matrix.ts';
import type { Kernels } from '../../../kernels/kernel.ts';
import type { ReadTally } from '../counts.ts';
import type { Noise } from '../noise.ts';
import type { Rows } from './noise-management.ts';
import type { Periphery } from './periphery.ts';

/**
 * The DAC of one array, and the noise of its inputs.
 *
 * @param first    where its lines are among the columns of x
 * @param factors  of each row [rows]
 * @param into     [rows × lines], overwritten
 */
export function convert(
  x: Rows,
  first: number,
  factors: Float32Array,
  into: Matrix,
  p: Periphery,
  kernels: Kernels,
  { noise, tally }: { readonly noise: Noise; readonly tally: ReadTally },
): void {
  const { rows, columns, data } = into;
  const size = rows * columns;
  const atRandom = p.dacRounding === 'stochastic' && p.dacStep > 0;
  const [step, bound] = atRandom ? [0, 0] : [p.dacStep, p.inputBound];
  const from = x.data.subarray(first);
  tally.inputsClipped += kernels.encode(from, factors, data, x.stride, rows, columns, step, bound);
  if (atRandom)
    for (let i = 0; i < size; i++) {
      const value = rounded(data[i], p.dacStep, noise);
      if (Math.abs(value) > p.inputBound * 1.000001) tally.inputsClipped++;
      data[i] = Math.max(-p.inputBound, Math.min(p.inputBound, value));
    }
  if (p.inputNoise > 0) {
    kernels.disturb(data, noise.normals(size), p.inputNoise, size);
  }
  if (p.inputAsymmetry !== 0) for (let i = 0; i < size; i++) if (data[i] < 0) data[i] *= 1 - p.inputAsymmetry;
}

export function addSums({ rows, columns, data }: Matrix, sums: Float32Array): void {
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let j = r * columns; j < (r + 1) * columns; j++) sum += data[j];
    sums[r] += sum;
  }
}

/** Adds the noise, then rounds each to a whole step, up or down at random. */
export function roundAtRandom(
  y: Float32Array,
  noise: Float32Array | undefined,
  deviations: Float32Array,
  rows: number,
  step: number,
  draw: Noise,
): void {
  const outputs = deviations.length;
  for (let r = 0, at = 0; r < rows; r++)
    for (let i = 0; i < outputs; i++, at++)
      y[at] = rounded(y[at] + (noise ? noise[at] * deviations[i] : 0), step, draw);
}

/** Up or down at random, so that the mean is the value. */
function rounded(value: number, step: number, draw: Noise): number {
  return Math.round(value / step + draw.uniform() - 0.5) * step;
}
