import { matrix } from '../../core/matrix.ts';
import { neutralScale } from '../../data/encoding.ts';
import { blocks } from '../../data/microbatch.ts';
import type { ExactWeights } from '../../tiles/tile.ts';
import type { LabelledContext, LabelledReads } from './labelled-reads.ts';

/**
 * One image product for all labels, on exact weights.
 *
 * Rows of one image differ in the label pixels only, so Z = X·W is made once, and a label c adds its row:
 * z = Z + a·W[c], with the amplitude a of a hot pixel. Likewise the gradient is Xᵀ(δ⁺ + δ⁻) and, in row c, Σ a·δ over the
 * rows that carry c. The neutral label has every label's pixel at the same share, and scales the image to give root mean
 * square 1 again: z = scale · (Z + a · mean of the labels' rows of W).
 */
export function imageOnce(
  { arena, kernels, tile, shape, bias }: LabelledContext,
  { weights, correlate }: ExactWeights,
): LabelledReads {
  const { classes } = shape;
  const { inputs, units } = tile;
  const image = arena.floats(shape.rows * units);
  const row = arena.floats(units);
  /** the label of `row`, which is the only one there */
  const none = arena.shorts(shape.rows);
  const scales = arena.floats(shape.rows);
  return {
    image: (from) => tile.read(blocks(from, 0, 1), matrix(from.rows, units, image), from.purpose),
    labelled: ({ rows, amplitude }, labels, z) =>
      kernels.addLabels(image, weights, labels, amplitude, z, rows, units),
    neutral({ rows, amplitude }, z) {
      kernels.sumRows(weights, row, classes, units);
      for (let j = 0; j < units; j++) row[j] /= classes;
      for (let r = 0; r < rows; r++) scales[r] = neutralScale(amplitude[r], inputs, classes);
      kernels.addLabels(image, row, none, amplitude, z, rows, units);
      kernels.scaleRows(z, scales, rows, units);
    },
    squares: ({ rows, amplitude }, into) =>
      kernels.squaresOfLabels(image, weights, bias, amplitude, into, rows, units, classes),
    correlate(from, delta, wrong) {
      const { rows, labels, amplitude } = from;
      const block = rows * units;
      const negative = delta.data.subarray(block);
      const both = image; // the image's product has been used up: its room serves for δ⁺ + δ⁻
      kernels.add(delta.data, negative, both, block);
      correlate(blocks(from, 0, 1), matrix(rows, units, both), (gradient) => {
        kernels.correlateLabels(delta.data, labels, amplitude, gradient, rows, units);
        kernels.correlateLabels(negative, wrong, amplitude, gradient, rows, units);
      });
    },
  };
}
