import type { Matrix } from './matrix.ts';

/** What keeps a row of zeros finite when it is normalised: its mean square is taken as at least this. */
const tiny = 1e-12;

/**
 * ReLU in place, with what goodness and normalisation need: h = max(0, z + b), squares[r] = Σⱼ h[r,j]². NaN stays NaN.
 *
 * @param z        [rows × columns], becomes h
 * @param bias     [columns]
 * @param squares  [rows], overwritten
 */
export function rectify(z: Matrix, bias: Float32Array, squares: Float32Array): void {
  const { rows, columns, data } = z;
  for (let r = 0, at = 0; r < rows; r++, at += columns) {
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const h = positivePart(data[at + j] + bias[j]);
      data[at + j] = h;
      sum += h * h;
    }
    squares[r] = sum;
  }
}

/** max(0, z) = (z + |z|) / 2 without a branch: `Math.max` takes four times as long on signs that can't be foretold. */
export function positivePart(z: number): number {
  return 0.5 * (z + Math.abs(z));
}

const grain = 2 ** -67;

/**
 * Rounds each element to a multiple of 2⁻¹²⁰: what is or soon would be subnormal in fp32 becomes 0. A running mean whose
 * gradient has ended decays into the subnormals and stays there, and each step on one takes some hundred cycles.
 */
export function settle(means: Float32Array): void {
  for (let i = 0; i < means.length; i++) means[i] = means[i] + grain - grain;
}

/** Steps after which running means are settled: a mean that decays by 0.9 a step can't become subnormal in between. */
export const settleEvery = 32;

/**
 * Scales each row to root mean square 1, so that nothing of its goodness is left for the next layer.
 *
 * @param h        [rows × columns]
 * @param squares  Σⱼ h[r,j]² [rows]
 * @param into     [rows × columns], may be h itself
 */
export function normaliseRows(h: Matrix, squares: Float32Array, into: Matrix): void {
  const { rows, columns } = h;
  const from = h.data;
  const to = into.data;
  for (let r = 0, at = 0; r < rows; r++, at += columns) {
    const scale = 1 / Math.sqrt(squares[r] / columns + tiny);
    for (let j = 0; j < columns; j++) to[at + j] = from[at + j] * scale;
  }
}

/** into[at + j] = x[xAt + j] + a · y[yAt + j] for j < count. `into` may be x or y where the places are the same. */
export function addScaled(
  into: Float32Array,
  at: number,
  x: Float32Array,
  xAt: number,
  a: number,
  y: Float32Array,
  yAt: number,
  count: number,
): void {
  for (let j = 0; j < count; j++) into[at + j] = x[xAt + j] + a * y[yAt + j];
}

/** Adds the bias to every row of z in place [rows × columns]. */
export function addBias(z: Matrix, bias: Float32Array): void {
  const { rows, columns, data } = z;
  for (let r = 0, at = 0; r < rows; r++, at += columns) {
    for (let j = 0; j < columns; j++) data[at + j] += bias[j];
  }
}

/** Sums the rows of m into one [columns], overwritten. */
export function sumRows(m: Matrix, into: Float32Array): void {
  const { rows, columns, data } = m;
  into.fill(0, 0, columns);
  for (let r = 0, at = 0; r < rows; r++, at += columns) {
    for (let j = 0; j < columns; j++) into[j] += data[at + j];
  }
}

/** The column with the greatest value in row r, the first of equals. */
export function argmax(m: Matrix, r: number): number {
  const at = r * m.columns;
  let best = 0;
  for (let j = 1; j < m.columns; j++) if (m.data[at + j] > m.data[at + best]) best = j;
  return best;
}

/**
 * Softmax and cross-entropy of each row: p = softmax(z), L = −ln p[label].
 *
 * @param logits  z [rows × classes]; becomes ∂(mean L)/∂z = (p − onehot) / rows
 * @param labels  [rows]
 * @returns  the mean loss
 */
export function softmaxCrossEntropy(logits: Matrix, labels: Uint8Array): number {
  const { rows, columns, data } = logits;
  let loss = 0;
  for (let r = 0, at = 0; r < rows; r++, at += columns) {
    let top = data[at];
    for (let j = 1; j < columns; j++) top = Math.max(top, data[at + j]);
    let total = 0;
    for (let j = 0; j < columns; j++) total += Math.exp(data[at + j] - top);
    loss += Math.log(total) + top - data[at + labels[r]];
    for (let j = 0; j < columns; j++) {
      data[at + j] =
        (Math.exp(data[at + j] - top) / total - (j === labels[r] ? 1 : 0)) / rows + grain - grain;
    }
  }
  return loss / rows;
}
