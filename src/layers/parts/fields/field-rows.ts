import { type Matrix, matrix } from '../../../core/matrix.ts';

// Loops over the columns of a field. They move numbers and add them in one order, so that bits are the same everywhere.

/** Columns of m side by side: into[r, i] = m[r, columns[i]]. @returns `into` as a matrix [rows × columns.length] */
export function columnsOf(m: Matrix, columns: Uint32Array, into: Float32Array): Matrix {
  const { rows, data } = m;
  const count = columns.length;
  for (let r = 0, from = 0, to = 0; r < rows; r++, from += m.columns, to += count) {
    for (let i = 0; i < count; i++) into[to + i] = data[from + columns[i]];
  }
  return matrix(rows, count, into);
}

/** The reverse, adding: into[r, columns[i]] += m[r, i]. */
export function addColumns(m: Matrix, columns: Uint32Array, into: Matrix): void {
  const { rows, data } = m;
  const count = columns.length;
  for (let r = 0, from = 0, to = 0; r < rows; r++, from += count, to += into.columns) {
    for (let i = 0; i < count; i++) into.data[to + columns[i]] += data[from + i];
  }
}

/** Columns p · units up to (p + 1) · units of m. @returns `into` as a matrix [rows × units] */
export function partOf(m: Matrix, p: number, units: number, into: Float32Array): Matrix {
  for (let r = 0; r < m.rows; r++) {
    const from = r * m.columns + p * units;
    into.set(m.data.subarray(from, from + units), r * units);
  }
  return matrix(m.rows, units, into);
}

/** The reverse: writes a part into columns p · units up to (p + 1) · units. */
export function putPart(part: Matrix, p: number, into: Matrix): void {
  const { rows, columns, data } = part;
  for (let r = 0; r < rows; r++) {
    into.data.set(data.subarray(r * columns, (r + 1) * columns), r * into.columns + p * columns);
  }
}
