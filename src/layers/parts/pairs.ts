/** Mean goodness of both kinds of rows, and the share of samples whose positive has the greater one. */
export function compared(positive: Float32Array, negative: Float32Array, rows: number) {
  const sums = [0, 0];
  let right = 0;
  for (let r = 0; r < rows; r++) {
    sums[0] += positive[r];
    sums[1] += negative[r];
    if (positive[r] > negative[r]) right++;
  }
  return { positiveGoodness: sums[0] / rows, negativeGoodness: sums[1] / rows, accuracy: right / rows };
}

/** A row whose slope is below 1e-30 has been learned: as 0 it spares the products its subnormal numbers. */
export function audible(slope: number): number {
  return Math.abs(slope) < 1e-30 ? 0 : slope;
}
