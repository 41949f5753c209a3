import { goodnessCounts } from '../../core/trace/goodness-counts.ts';
import type { LayerFigures } from '../../core/trace.ts';
import type { Microbatch } from '../../data/microbatch.ts';
import { triedLabels } from '../../data/shortlist.ts';

/** Goodness of the positive rows [rows], and of the negative ones [rows]. */
export type GoodnessPair = readonly [positive: Float32Array, negative: Float32Array];

/**
 * Adds to a layer's goodness that of all layers below, which came with the microbatch, and sends the sum on: 2 numbers a
 * sample, upwards only.
 *
 * @param good   the layer's own, then Σ of it and what is below [rows each]
 * @param first  whether there is no layer below
 */
export function sumGoodness(
  good: GoodnessPair,
  from: Microbatch,
  to: Microbatch | undefined,
  first: boolean,
): void {
  const { rows, scores } = from;
  for (const [k, sums] of good.entries()) {
    if (!first) for (let r = 0; r < rows; r++) sums[r] += scores[k * rows + r];
    to?.scores.set(sums.subarray(0, rows), k * rows);
  }
}

/** Mean goodness of both kinds of rows, and the share of samples whose positive has the greater one. */
export function compareGoodness([positive, negative]: GoodnessPair, rows: number) {
  const sums = [0, 0];
  let right = 0;
  for (let r = 0; r < rows; r++) {
    sums[0] += positive[r];
    sums[1] += negative[r];
    if (positive[r] > negative[r]) right++;
  }
  return { positiveGoodness: sums[0] / rows, negativeGoodness: sums[1] / rows, accuracy: right / rows };
}

/**
 * Rows by their goodness.
 *
 * @param squares  Σⱼ h² of the positive rows, then of the negative ones [2 · rows]
 * @param weight   of a square in the goodness
 */
export function countGoodness(
  squares: Float32Array,
  weight: number,
  rows: number,
): Required<Pick<LayerFigures, 'positiveCounts' | 'negativeCounts'>> {
  const of = (first: number): number[] => goodnessCounts(squares, first, rows, weight);
  return { positiveCounts: of(0), negativeCounts: of(rows) };
}

/**
 * Adds the goodness of a layer to the scores of the labels that are tried.
 *
 * @param squares  Σⱼ h² of each label's rows, one block a label  [labels · rows]
 * @param weight   of a square in the goodness
 * @param tried    room for the labels that are tried, where not all are  [labels · rows]
 */
export function addGoodness(to: Microbatch, squares: Float32Array, weight: number, tried: Uint16Array): void {
  const { rows, scores, shape } = to;
  const { classes } = shape;
  if (shape.tried === undefined) {
    for (let c = 0; c < classes; c++)
      for (let r = 0; r < rows; r++) scores[r * classes + c] += weight * squares[c * rows + r];
    return;
  }
  triedLabels(to, tried);
  for (let n = 0; n < shape.tried; n++)
    for (let r = 0; r < rows; r++) {
      const i = n * rows + r;
      scores[r * classes + tried[i]] += weight * squares[i];
    }
}
