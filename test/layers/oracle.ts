/** Forward-Forward in float64, a row at a time, as the paper writes it. */

export type Row = number[];

/** Cuts a row-major array into its rows. */
export function rowsFrom(data: ArrayLike<number>, columns: number): Row[] {
  const all = Array.from(data);
  return Array.from({ length: all.length / columns }, (_, r) => all.slice(r * columns, (r + 1) * columns));
}

/** z = x·W + b of one row. */
export function affineRow(x: Row, w: ArrayLike<number>, b: ArrayLike<number>): Row {
  const units = b.length;
  return Array.from({ length: units }, (_, j) =>
    x.reduce((sum, value, i) => sum + value * w[i * units + j], b[j]),
  );
}

export const rectified = (z: Row): Row => z.map((value) => Math.max(0, value));

export const squaresOf = (h: Row): number => h.reduce((sum, value) => sum + value * value, 0);

/** ĥ: the row at root mean square 1. */
export function normalised(h: Row): Row {
  const rms = Math.sqrt(squaresOf(h) / h.length);
  return h.map((value) => value / rms);
}

export const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));
