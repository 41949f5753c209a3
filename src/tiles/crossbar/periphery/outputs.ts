import type { Random } from '../../../core/random.ts';
import type { Periphery } from './periphery.ts';

/** What differs from output to output of one set of converters, for good: drawn once for a chip. */
export interface Outputs {
  /** standard deviation of the noise [outputs] */
  readonly noise: Float32Array;
  /** n of y / (1 + |n y|) [outputs] */
  readonly saturation: Float32Array;
  /** nlf, the factor that calibrates their slope */
  readonly slope: number;
  /** voltage offset as a share of the read voltage [outputs] */
  readonly offset: Float32Array;
}

/**
 * Draws the outputs of a chip.
 *
 * Of the voltage offsets half are 0, and the others half-normal of either sign, as those of aihwkit 1.1.0 are.
 *
 * @param chip  a stream that nobody else draws from
 * @param noise  [outputs], in the arena
 */
export function outputsOf(p: Periphery, chip: Random, noise: Float32Array): Outputs {
  const draws = ['output noise', 'saturation', 'offset', 'sign of offset'].map((name) => chip.fork(name));
  const [spread, shape, offsets, signs] = draws;
  const count = noise.length;
  const bound = p.outputBound > 0 ? p.outputBound : 1;
  const saturation = new Float32Array(count);
  const offset = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    noise[i] = Math.abs(p.outputNoise * (1 + p.outputNoiseSpread * spread.normal()));
    const varied = 1 + p.outputNonlinearitySpread * shape.normal();
    saturation[i] = Math.abs((p.outputNonlinearity / bound) * varied);
    offset[i] = Math.max(p.voltageOffset * offsets.normal(), 0) * (signs.uniform() < 0.5 ? -1 : 1);
  }
  const mean = saturation.reduce((sum, n) => sum + n, 0) / count;
  const slope = (1 + (mean + p.seriesResistance) * p.slopeCalibration * bound) ** 2;
  return { noise, saturation, slope, offset };
}

/**
 * Voltage offsets and series resistance, in place. With v the offset, rs the resistance, and y_r = −w_min Σⱼ xⱼ:
 *
 *     y ← (1 − v)(y + y_r) / (1 + rs |y + y_r|) − (1 + v) y_r / (1 + rs |y_r|)
 *
 * @param sums  Σⱼ xⱼ of each row [rows]
 * @param y     [rows × outputs]
 */
export function offsetVoltages(
  y: Float32Array,
  rows: number,
  p: Periphery,
  { offset }: Outputs,
  sums: Float32Array,
): void {
  const { seriesResistance: rs } = p;
  const outputs = offset.length;
  for (let r = 0, at = 0; r < rows; r++) {
    const reference = -p.offsetWeight * sums[r];
    const back = reference / (1 + rs * Math.abs(reference));
    for (let i = 0; i < outputs; i++, at++) {
      const sum = y[at] + reference;
      y[at] = ((1 - offset[i]) * sum) / (1 + rs * Math.abs(sum)) - (1 + offset[i]) * back;
    }
  }
}

/** y ← nlf · y / (1 + |n y|), then what negative outputs lose, in place. */
export function distort(y: Float32Array, rows: number, p: Periphery, { saturation, slope }: Outputs): void {
  const outputs = saturation.length;
  for (let r = 0, at = 0; r < rows; r++) {
    for (let i = 0; i < outputs; i++, at++) {
      const value = (slope * y[at]) / (1 + Math.abs(saturation[i] * y[at]));
      y[at] = value < 0 ? value * (1 - p.outputAsymmetry) : value;
    }
  }
}
