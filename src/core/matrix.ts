/** A dense fp32 matrix, row after row: element (i, j) stands at data[i · columns + j]. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** at least rows × columns long; what lies beyond belongs to nobody */
  readonly data: Float32Array;
}

/**
 * A matrix over new zeros, or over the start of `data`, which is not copied.
 *
 * @throws {RangeError} when `data` is too short
 */
export function matrix(
  rows: number,
  columns: number,
  data: Float32Array = new Float32Array(rows * columns),
): Matrix {
  if (data.length < rows * columns) {
    throw new RangeError(
      `data of a ${rows} × ${columns} matrix must hold ${rows * columns} floats; got ${data.length}`,
    );
  }
  return { rows, columns, data };
}
