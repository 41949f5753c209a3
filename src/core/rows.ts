import type { Matrix } from './matrix.ts';

const grain = 2 ** -67;

/** max(0, z) = (z + |z|) / 2 without a branch: `Math.max` takes four times as long on signs that can't be foretold. */
export function positivePart(z: number): number {
  return 0.5 * (z + Math.abs(z));
}

/** Adds the bias to every row of z in place [rows × columns]. */
export function addBias(z: Matrix, bias: Float32Array): void {
  const { rows, columns, data } = z;
  for (let r = 0, at = 0; r < rows; r++, at += columns) {
    for (let j = 0; j < columns; j++) data[at + j] += bias[j];
  }
}

/** The column with the greatest value in row r, the first of equals. */
export function argmax(m: Matrix, r: number): number {
  const at = r * m.columns;
  let best = 0;
  for (let j = 1; j < m.columns; j++) if (m.data[at + j] > m.data[at + best]) best = j;
  return best;
}

/** The share of rows whose label has the greatest value, the first of equals [rows × classes]. */
export function shareRight(m: Matrix, labels: Uint16Array): number {
  let right = 0;
  for (let r = 0; r < m.rows; r++) if (argmax(m, r) === labels[r]) right++;
  return right / m.rows;
}

/**
 * Softmax and cross-entropy of each row: p = softmax(z), L = −Σ t ln p, against the target t = (1 − s) onehot + s / classes.
 *
 * @param logits  z [rows × classes]; becomes ∂(mean L)/∂z = (p − t) / rows
 * @param labels  [rows]
 * @param smoothing  s, 0 or more and below 1; left out 0, and L = −ln p[label]
 * @returns  the mean loss
 * @see Szegedy et al. 2016, section 7, for the smoothing
 */
export function softmaxCrossEntropy(logits: Matrix, labels: Uint16Array, smoothing = 0): number {
  const { rows, columns, data } = logits;
  const [hot, spread] = [1 - smoothing, smoothing / columns];
  let loss = 0;
  for (let r = 0, at = 0; r < rows; r++, at += columns) {
    let top = data[at];
    for (let j = 1; j < columns; j++) top = Math.max(top, data[at + j]);
    let total = 0;
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      total += Math.exp(data[at + j] - top);
      sum += data[at + j];
    }
    loss += Math.log(total) + top - hot * data[at + labels[r]] - spread * sum;
    for (let j = 0; j < columns; j++) {
      const target = (j === labels[r] ? hot : 0) + spread;
      data[at + j] = (Math.exp(data[at + j] - top) / total - target) / rows + grain - grain;
    }
  }
  return loss / rows;
}
