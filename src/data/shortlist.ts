import { must } from '../core/check.ts';
import { type Matrix, matrix } from '../core/matrix.ts';
import { argmax } from '../core/rows.ts';
import type { Microbatch } from './microbatch.ts';

/** Labels that are tried of each sample, instead of all. */
export interface Shortlist {
  /** labels of a sample, 2 or more */
  readonly size: number;
  /** no label twice in a row  [samples × size] */
  readonly labels: Uint16Array;
}

/** the score of a label that is not tried: below every goodness, and finite */
const untried = -1e30;

/** Before the first layer: the scores of a sample's shortlist are 0, all others say that their label is not tried. */
export function markShortlist(
  { scores, shape }: Microbatch,
  row: number,
  { size, labels }: Shortlist,
  index: number,
): void {
  const { classes } = shape;
  scores.fill(untried, row * classes, (row + 1) * classes);
  for (const label of labels.subarray(index * size, (index + 1) * size)) scores[row * classes + label] = 0;
}

/**
 * The labels to try, rising: of a sample its n-th in block n.
 *
 * @param into  [tried · rows], overwritten
 */
export function triedLabels({ scores, rows, shape }: Microbatch, into: Uint16Array): void {
  const { classes, tried = classes } = shape;
  for (let r = 0; r < rows; r++) {
    let n = 0;
    for (let c = 0; c < classes; c++) {
      if (scores[r * classes + c] > untried && n < tried) into[n++ * rows + r] = c;
    }
    must(n === tried, 'labels of a shortlist', `${tried} classes, none twice`, n);
  }
}

/**
 * The labels of the best scores of each row.
 *
 * @param scores  [samples × classes]
 * @param size    2 to the number of classes
 * @throws {RangeError} when the size is out of range
 */
export function shortlistOf({ rows, columns, data }: Matrix, size: number): Shortlist {
  must(
    Number.isInteger(size) && size >= 2 && size <= columns,
    'size of a shortlist',
    `2 to ${columns}`,
    size,
  );
  const left = matrix(rows, columns, data.slice());
  const labels = new Uint16Array(rows * size);
  for (let r = 0; r < rows; r++)
    for (let n = 0; n < size; n++) {
      const best = argmax(left, r);
      labels[r * size + n] = best;
      left.data[r * columns + best] = Number.NEGATIVE_INFINITY;
    }
  return { size, labels };
}
