import { must } from '../../../core/check.ts';
import { matrix } from '../../../core/matrix.ts';
import { streamState } from '../../../core/random.ts';
import type { Stateful } from '../../../core/state.ts';
import type { Purpose } from '../../../core/trace.ts';
import type { Microbatch } from '../../../data/microbatch.ts';
import { drawWrong, mustBeWrong } from '../../../negatives/negative.ts';
import type { LayerContext } from '../../layer.ts';
import type { Weights } from './weights.ts';

/** Labels clamped above the top layer: of a sample's positive row the true one, of its negative row a wrong one. */
export interface Clamped {
  /** where negatives are drawn from */
  readonly stream: Stateful;
  /**
   * Chooses the labels of all rows: learning, the true and the wrong ones; trying every label, one a block.
   *
   * @param z       what the pass from the bottom up drives the layer with, for negatives that want an opinion [rows × units]
   * @param bias    [units]
   * @param labels  receives a label a row [blocks · rows]
   */
  choose(from: Microbatch, z: Float32Array, bias: Float32Array, labels: Uint16Array): void;
  /** One row a label: √classes at its place, so that its root mean square is 1 [rows × classes]. */
  rows(labels: Uint16Array, rows: number): Float32Array;
}

/**
 * @param weights    from the labels to the top layer
 * @param sharpness  log-odds a sum of squares, for negatives that want an opinion
 * @throws {RangeError} for fewer than two classes
 */
export function clamped(context: LayerContext, weights: Weights, sharpness: number): Clamped {
  const { arena, input: shape, kernels, negatives } = context;
  const { classes } = shape;
  if (negatives === undefined)
    throw new TypeError('a pipeline of recurrent layers must have negatives; got none');
  must(classes >= 2, 'classes', '2 or more, for a label to be wrong', classes);
  const random = context.random.fork('negatives');
  const { units } = weights.tile;
  const most = Math.max(2 * shape.rows, classes * shape.goodnessRows, classes);
  const hot = arena.floats(most * classes);
  const each = arena.floats(classes * units);
  const opinions = arena.floats(shape.rows * classes);
  const ones = arena.floats(shape.rows).fill(1);
  const wrong = arena.shorts(shape.rows);
  const rows = (labels: Uint16Array, count: number): Float32Array => {
    hot.fill(0, 0, count * classes);
    for (let r = 0; r < count; r++) hot[r * classes + labels[r]] = Math.sqrt(classes);
    return hot;
  };
  /** how good each label would be for the layer after one iteration [rows × classes] */
  const opine = (z: Float32Array, bias: Float32Array, count: number, purpose: Purpose) => {
    const all = Uint16Array.from({ length: classes }, (_, c) => c);
    weights.tile.read(matrix(classes, classes, rows(all, classes)), matrix(classes, units, each), purpose);
    kernels.squaresOfLabels(z, each, bias, ones, opinions, count, units, classes);
    for (let i = 0; i < count * classes; i++) opinions[i] *= sharpness;
    return matrix(count, classes, opinions);
  };
  return {
    stream: streamState(random),
    choose(from, z, bias, labels) {
      const { rows: count, purpose } = from;
      if (purpose !== 'learn') {
        for (let c = 0; c < classes; c++) labels.fill(c, c * count, (c + 1) * count);
        return;
      }
      const wide = from.labels.subarray(0, count).find((label) => label >= classes);
      must(wide === undefined, 'label', `a class from 0 to ${classes - 1}`, wide);
      if (negatives.drawnBy === 'source') {
        wrong.set(from.wrong.subarray(0, count));
        mustBeWrong(wrong, from.labels, count, classes, negatives.name);
      } else {
        const opinion = negatives.needsOpinion ? opine(z, bias, count, purpose) : undefined;
        drawWrong(negatives, from.labels, count, classes, opinion, random, wrong);
      }
      labels.set(from.labels.subarray(0, count));
      labels.set(wrong.subarray(0, count), count);
    },
    rows,
  };
}
