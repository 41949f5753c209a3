import type { Microbatch } from '../../data/microbatch.ts';
import { triedLabels } from '../../data/shortlist.ts';

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
