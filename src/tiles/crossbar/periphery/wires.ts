import { type Matrix, matrix } from '../../../core/matrix.ts';
import type { Kernels } from '../../../kernels/kernel.ts';
import type { Room } from '../room.ts';
import type { Periphery } from './periphery.ts';

/** One array as a read sees it: its lines in, and products of what lies on them. */
export interface ReadArray {
  /** where its lines are among those of the whole read */
  readonly first: number;
  readonly lines: number;
  /** y = x · W  [rows × lines] → [rows × outputs] */
  product(x: Matrix, y: Matrix): void;
  /** y = x · |W|, for currents whose sign does not matter */
  magnitudes(x: Matrix, y: Matrix): void;
}

/** Rooms in which what is computed on the way lies. */
export interface Scratch {
  readonly x: Room;
  readonly y: Room;
  readonly z: Room;
}

/**
 * The voltage that currents lose along the wires, to third order. With n lines, currents I = Σⱼ |wⱼ xⱼ| and the ratio G of
 * the conductance of a wire to that of a cell: a = I n / G, c = a (a (a/20 − 1/5) + 1/2), and
 *
 *     y ← y − scale · c · Σⱼ wⱼ xⱼ (1 − (1 − j/n)²)
 *
 * @param x  on the lines of this array [rows × lines]
 * @param y  changed in place [rows × outputs]
 */
export function dropVoltage(array: ReadArray, x: Matrix, y: Matrix, p: Periphery, scratch: Scratch): void {
  const { rows, columns: n } = x;
  const size = rows * n;
  const weighted = { rows, columns: n, data: scratch.x.floats(size) };
  for (let i = 0; i < size; i++) weighted.data[i] = Math.abs(x.data[i]);
  const current = { ...y, data: scratch.y.floats(rows * y.columns) };
  array.magnitudes(weighted, current);
  for (let r = 0, i = 0; r < rows; r++)
    for (let j = 0; j < n; j++, i++) weighted.data[i] = x.data[i] * (1 - (1 - j / n) ** 2);
  const fallen = { ...y, data: scratch.z.floats(rows * y.columns) };
  array.product(weighted, fallen);
  for (let i = 0; i < rows * y.columns; i++) {
    const a = (current.data[i] * n) / p.wireConductance;
    y.data[i] -= p.irDrop * (a * (a * (0.05 * a - 0.2) + 0.5)) * fallen.data[i];
  }
}

/**
 * What the noise of weights adds up to in each output, as one draw: the variance is Σⱼ xⱼ² for additive noise, Σⱼ |wⱼ| xⱼ²
 * for that of PCM.
 *
 * @param variance  the array's part is added [rows] for additive noise, [rows × outputs] for that of PCM
 */
export function addWeightVariance(
  array: ReadArray,
  x: Matrix,
  outputs: number,
  variance: Float32Array,
  { p, scratch, kernels }: { readonly p: Periphery; readonly scratch: Scratch; readonly kernels: Kernels },
): void {
  const { rows, columns: n } = x;
  if (p.weightNoiseKind === 'additive') {
    const own = scratch.y.floats(rows);
    kernels.squares(x.data, own, rows, n);
    for (let r = 0; r < rows; r++) variance[r] += own[r];
    return;
  }
  const squares = { ...x, data: scratch.x.floats(rows * n) };
  for (let i = 0; i < rows * n; i++) squares.data[i] = x.data[i] * x.data[i];
  const own = matrix(rows, outputs, scratch.y.floats(rows * outputs));
  array.magnitudes(squares, own);
  kernels.add(variance, own.data, variance, rows * outputs);
}

/** Adds the noise of weights to y, in place. @param noise  standard normal [rows × outputs] */
export function addWeightNoise(
  y: Matrix,
  variance: Float32Array,
  noise: Float32Array,
  p: Periphery,
  kernels: Kernels,
): void {
  const { rows, columns, data } = y;
  if (p.weightNoiseKind === 'pcm-read') {
    for (let i = 0; i < rows * columns; i++) data[i] += p.weightNoise * Math.sqrt(variance[i]) * noise[i];
    return;
  }
  for (let r = 0; r < rows; r++) {
    const at = r * columns;
    kernels.disturb(data.subarray(at), noise.subarray(at), p.weightNoise * Math.sqrt(variance[r]), columns);
  }
}
