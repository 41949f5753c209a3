import { must } from '../../core/check.ts';
import type { Matrix } from '../../core/matrix.ts';
import { streamState } from '../../core/random.ts';
import { arePairs, type Microbatch } from '../../data/microbatch.ts';
import { triedLabels } from '../../data/shortlist.ts';
import { drawWrong, mustBeWrong } from '../../negatives/negative.ts';
import type { LayerContext } from '../layer.ts';
import { activityInput } from './activity-input.ts';
import type { Affine } from './affine.ts';
import { imageOnce } from './image-once.ts';
import type { Input } from './input.ts';
import type { LabelledContext } from './labelled-reads.ts';
import { labelledRows } from './labelled-rows.ts';

/**
 * An image with a label in its first pixels drives the tile. Where the tile's weights are exact, all labels of an image
 * share its product; elsewhere each labelled row is read as any other input.
 */
export function labelledInput(context: LabelledContext): Input {
  const { arena, tile, shape, negatives, random, sharpness } = context;
  const { classes } = shape;
  const { units } = tile;
  must(classes >= 2, 'classes', '2 or more, for a label to be wrong', classes);
  must(tile.inputs >= classes, 'width of the samples', `${classes} or more, a pixel a label`, tile.inputs);
  const reads = tile.exact ? imageOnce(context, tile.exact) : labelledRows(context);
  const opinions = arena.floats(shape.rows * classes);
  /** one label for every row */
  const same = arena.shorts(shape.rows);
  /** the labels to try of a sample, where not all are */
  const shortlist = arena.shorts(shape.tried === undefined ? 0 : shape.rows * shape.tried);
  /** labels of negative rows that nobody asks for */
  const drawn = arena.shorts(shape.rows);
  /** α · goodness of every label */
  const opine = (from: Microbatch): Matrix => {
    reads.squares(from, opinions);
    for (let i = 0; i < from.rows * classes; i++) opinions[i] *= sharpness;
    return { rows: from.rows, columns: classes, data: opinions };
  };
  return {
    stream: streamState(random),
    read(from, z, wrong = drawn) {
      const { rows, labels, purpose } = from;
      const block = rows * units;
      reads.image(from);
      if (purpose === 'onePass') return reads.neutral(from, z.data);
      if (purpose === 'goodness') {
        if (shape.tried !== undefined) triedLabels(from, shortlist);
        const labelsOf = (n: number): Uint16Array =>
          shape.tried === undefined ? same.fill(n) : shortlist.subarray(n * rows, (n + 1) * rows);
        const count = shape.tried ?? classes;
        for (let n = 0; n < count; n++) reads.labelled(from, labelsOf(n), z.data.subarray(n * block));
        return;
      }
      mustBeClasses(labels, rows, classes);
      if (negatives.drawnBy === 'source') {
        wrong.set(from.wrong.subarray(0, rows));
        mustBeWrong(wrong, labels, rows, classes, negatives.name);
      } else {
        const opinion = negatives.needsOpinion ? opine(from) : undefined;
        drawWrong(negatives, labels, rows, classes, opinion, random, wrong);
      }
      reads.labelled(from, labels, z.data);
      reads.labelled(from, wrong, z.data.subarray(block));
      if (z.rows === 3 * rows) reads.neutral(from, z.data.subarray(2 * block));
    },
    correlate: reads.correlate,
  };
}

/**
 * What drives the first layer of a Forward-Forward pipeline: images with their labels, or pairs of images without.
 *
 * @param sharpness  α · weight of the goodness
 * @throws {TypeError} where the pipeline has no negatives
 */
export function firstInput({ bias, tile }: Affine, context: LayerContext, sharpness: number): Input {
  const { arena, kernels, negatives, random, input: shape } = context;
  if (arePairs(shape)) return activityInput(tile);
  if (negatives === undefined)
    throw new TypeError('a forward-forward pipeline must have negatives; got none');
  const stream = random.fork('negatives');
  return labelledInput({ arena, kernels, tile, shape, bias, negatives, random: stream, sharpness });
}

/** @throws {RangeError} unless each true label is a class: labels are rows of W */
function mustBeClasses(labels: Uint16Array, rows: number, classes: number): void {
  for (let r = 0; r < rows; r++) {
    if (labels[r] >= classes) must(false, 'label', `a class from 0 to ${classes - 1}`, labels[r]);
  }
}
