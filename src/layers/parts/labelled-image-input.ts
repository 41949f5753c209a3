import { must } from '../../core/check.ts';
import { type Matrix, matrix } from '../../core/matrix.ts';
import type { Random } from '../../core/random.ts';
import { neutralScale } from '../../data/encoding.ts';
import { blocks, type Microbatch, type Shape } from '../../data/microbatch.ts';
import type { Workplace } from '../../kernels/kernel.ts';
import type { Negatives } from '../../negatives/negative.ts';
import type { Tile } from '../../tiles/tile.ts';
import type { Input } from './input.ts';

export interface LabelledImageContext extends Workplace {
  readonly tile: Tile;
  readonly shape: Shape;
  readonly bias: Float32Array;
  readonly negatives: Negatives;
  readonly random: Random;
  /** α · weight of the goodness: a sum of squares times this is a log-odds */
  readonly sharpness: number;
}

/**
 * An image with a label in its first pixels drives the tile.
 *
 * Positive, negative and neutral rows of one image differ in the label pixels only, so the image's part of the product is
 * made once, Z = X·W, and a label c adds its row: z = Z + a·W[c], with the amplitude a of a hot pixel. Likewise the
 * gradient is Xᵀ(δ⁺ + δ⁻) and, in row c, Σ a·δ over the rows that carry c.
 */
export function labelledImageInput(context: LabelledImageContext): Input {
  const { arena, kernels, tile, shape, bias, negatives, random, sharpness } = context;
  const { classes } = shape;
  const { units } = tile;
  must(classes >= 2, 'classes', '2 or more, for a label to be wrong', classes);
  must(tile.inputs >= classes, 'width of the samples', `${classes} or more, a pixel a label`, tile.inputs);
  const image = arena.floats(shape.rows * units);
  const opinions = arena.floats(shape.rows * classes);
  /** one label for every row */
  const same = arena.shorts(shape.rows);
  /** labels of negative rows that nobody asks for */
  const drawn = arena.shorts(shape.rows);
  const neutral = neutralLabel(context, image);
  /** α · goodness of every label, from the image's product that is there anyway */
  const opine = ({ rows, amplitude }: Microbatch): Matrix => {
    kernels.squaresOfLabels(image, tile.weights, bias, amplitude, opinions, rows, units, classes);
    for (let i = 0; i < rows * classes; i++) opinions[i] *= sharpness;
    return matrix(rows, classes, opinions);
  };
  return {
    read(from, z, wrong = drawn) {
      const { rows, labels, amplitude, purpose } = from;
      const block = rows * units;
      const w = tile.weights;
      tile.read(blocks(from, 0, 1), matrix(rows, units, image));
      if (purpose === 'onePass') return neutral.add(from, z.data);
      if (purpose === 'goodness') {
        for (let c = 0; c < classes; c++) {
          same.fill(c);
          kernels.addLabels(image, w, same, amplitude, z.data.subarray(c * block), rows, units);
        }
        return;
      }
      if (negatives.drawnBy === 'source') wrong.set(from.wrong.subarray(0, rows));
      else
        negatives.draw(
          labels,
          rows,
          classes,
          negatives.needsOpinion ? opine(from) : undefined,
          random,
          wrong,
        );
      // kernels trust labels to be rows of W, and true ones were looked at with the samples
      const foreign = wrong.subarray(0, rows).find((label) => label >= classes);
      must(foreign === undefined, 'wrong label', `a class from 0 to ${classes - 1}`, foreign);
      kernels.addLabels(image, w, labels, amplitude, z.data, rows, units);
      kernels.addLabels(image, w, wrong, amplitude, z.data.subarray(block), rows, units);
      if (z.rows === 3 * rows) neutral.add(from, z.data.subarray(2 * block));
    },
    correlate(from, delta, g, wrong) {
      const { rows, labels, amplitude } = from;
      const block = rows * units;
      const negative = delta.data.subarray(block);
      const both = image; // the image's product has been used up: its room serves for δ⁺ + δ⁻
      kernels.add(delta.data, negative, both, block);
      tile.correlate(blocks(from, 0, 1), matrix(rows, units, both), g);
      kernels.correlateLabels(delta.data, labels, amplitude, g.data, rows, units);
      kernels.correlateLabels(negative, wrong, amplitude, g.data, rows, units);
    },
  };
}

/** The neutral label: every label's pixel at the same share, and the image scaled to give root mean square 1 again. */
function neutralLabel({ arena, kernels, tile, shape }: LabelledImageContext, image: Float32Array) {
  const { classes } = shape;
  const { inputs, units } = tile;
  const row = arena.floats(units);
  const none = arena.shorts(shape.rows);
  const scales = arena.floats(shape.rows);
  return {
    /** z = scale · (image + a · mean of the labels' rows of W) */
    add({ rows, amplitude }: Microbatch, z: Float32Array): void {
      kernels.sumRows(tile.weights, row, classes, units);
      for (let j = 0; j < units; j++) row[j] /= classes;
      for (let r = 0; r < rows; r++) scales[r] = neutralScale(amplitude[r], inputs, classes);
      kernels.addLabels(image, row, none, amplitude, z, rows, units);
      kernels.scaleRows(z, scales, rows, units);
    },
  };
}
