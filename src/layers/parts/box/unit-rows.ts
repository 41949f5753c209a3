/** below this a row counts as empty: it stays 0, and nothing goes back through it */
const faint = 1e-12;

/**
 * Rows at root mean square 1: x̂ = x / rms(x). A row of zeros stays one.
 *
 * @param x      [≥ rows × columns]
 * @param sizes  receives rms(x), 0 for a row of zeros [rows]
 * @param into   overwritten; may be x [rows × columns]
 */
export function toUnitRows(
  x: Float32Array,
  rows: number,
  columns: number,
  sizes: Float32Array,
  into: Float32Array,
): void {
  for (let r = 0; r < rows; r++) {
    const [start, end] = [r * columns, (r + 1) * columns];
    let square = 0;
    for (let i = start; i < end; i++) square += x[i] * x[i];
    const size = Math.sqrt(square / columns);
    sizes[r] = size > faint ? size : 0;
    const factor = sizes[r] > 0 ? 1 / size : 0;
    for (let i = start; i < end; i++) into[i] = factor * x[i];
  }
}

/**
 * Back through it, in place: ∂L/∂x = (d − x̂ · mean(x̂ d)) / rms(x) with d = ∂L/∂x̂.
 *
 * @param d      ∂L/∂x̂, becomes ∂L/∂x [rows × columns]
 * @param unit   x̂ [rows × columns]
 * @param sizes  as `toUnitRows` left them [rows]
 */
export function backThroughUnitRows(
  d: Float32Array,
  unit: Float32Array,
  sizes: Float32Array,
  rows: number,
  columns: number,
): void {
  for (let r = 0; r < rows; r++) {
    const [start, end] = [r * columns, (r + 1) * columns];
    let along = 0;
    for (let i = start; i < end; i++) along += d[i] * unit[i];
    along /= columns;
    const factor = sizes[r] > 0 ? 1 / sizes[r] : 0;
    for (let i = start; i < end; i++) d[i] = factor * (d[i] - unit[i] * along);
  }
}
