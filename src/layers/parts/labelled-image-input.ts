import { must } from '../../core/check.ts';
import { type Matrix, matrix } from '../../core/matrix.ts';
import type { Random } from '../../core/random.ts';
import { addScaled, positivePart } from '../../core/rows.ts';
import { neutralScale } from '../../data/encoding.ts';
import { blocks, type Microbatch, type Shape } from '../../data/microbatch.ts';
import type { Negatives } from '../../negatives/negative.ts';
import type { Tile } from '../../tiles/tile.ts';
import type { Input } from './input.ts';

export interface LabelledImageContext {
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
  const { tile, shape, bias, negatives, random, sharpness } = context;
  const { classes } = shape;
  const { units } = tile;
  must(classes >= 2, 'classes', '2 or more, for a label to be wrong', classes);
  const image = new Float32Array(shape.rows * units);
  const opinions = negatives.needsOpinion ? new Float32Array(shape.rows * classes) : undefined;
  const neutral = new Float32Array(units);
  /** z[row] = image[row] + a · W[label] */
  const addLabel = (from: Microbatch, row: number, label: number, z: Float32Array, at: number): void => {
    addScaled(z, at, image, row * units, from.amplitude[row], tile.weights, label * units, units);
  };
  const addNeutral = (from: Microbatch, z: Float32Array, start: number): void => {
    neutral.fill(0);
    for (let c = 0; c < classes; c++) {
      addScaled(neutral, 0, neutral, 0, 1 / classes, tile.weights, c * units, units);
    }
    for (let r = 0; r < from.rows; r++) {
      const a = from.amplitude[r];
      const scale = neutralScale(a, tile.inputs, classes);
      const base = r * units;
      for (let j = 0; j < units; j++) z[start + base + j] = scale * (image[base + j] + a * neutral[j]);
    }
  };
  /** α · goodness of every label, from the image's product that is there anyway */
  const opine = (from: Microbatch): Matrix => {
    const out = opinions as Float32Array;
    const w = tile.weights;
    for (let r = 0; r < from.rows; r++) {
      const a = from.amplitude[r];
      const base = r * units;
      for (let c = 0; c < classes; c++)
        out[r * classes + c] = sharpness * squares(image, base, w, c * units, a, bias);
    }
    return matrix(from.rows, classes, out);
  };
  return {
    read(from, z, wrong = new Uint8Array(from.rows)) {
      tile.read(blocks(from, 0, 1), matrix(from.rows, units, image));
      const block = from.rows * units;
      if (from.purpose === 'onePass') return addNeutral(from, z.data, 0);
      if (from.purpose === 'goodness') {
        for (let c = 0; c < classes; c++) {
          for (let r = 0; r < from.rows; r++) addLabel(from, r, c, z.data, c * block + r * units);
        }
        return;
      }
      if (negatives.drawnBy === 'source') wrong.set(from.wrong.subarray(0, from.rows));
      else negatives.draw(from.labels, from.rows, classes, opinions && opine(from), random, wrong);
      for (let r = 0; r < from.rows; r++) {
        addLabel(from, r, from.labels[r], z.data, r * units);
        addLabel(from, r, wrong[r], z.data, block + r * units);
      }
      if (z.rows === 3 * from.rows) addNeutral(from, z.data, 2 * block);
    },
    correlate(from, delta, g, wrong) {
      const { rows } = from;
      const both = image; // the image's product has been used up: its room serves for δ⁺ + δ⁻
      const block = rows * units;
      addScaled(both, 0, delta.data, 0, 1, delta.data, block, block);
      tile.correlate(blocks(from, 0, 1), matrix(rows, units, both), g);
      for (let r = 0; r < rows; r++) {
        const a = from.amplitude[r];
        const positive = from.labels[r] * units;
        const negative = wrong[r] * units;
        addScaled(g.data, positive, g.data, positive, a, delta.data, r * units, units);
        addScaled(g.data, negative, g.data, negative, a, delta.data, block + r * units, units);
      }
    },
  };
}

/** Σⱼ max(0, image[j] + a · w[j] + bias[j])², in four sums so that no addition waits for the one before. */
function squares(
  image: Float32Array,
  imageAt: number,
  w: Float32Array,
  wAt: number,
  a: number,
  bias: Float32Array,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const units = bias.length;
  const even = units - (units % 4);
  for (let j = 0; j < even; j += 4) {
    const h0 = positivePart(image[imageAt + j] + a * w[wAt + j] + bias[j]);
    const h1 = positivePart(image[imageAt + j + 1] + a * w[wAt + j + 1] + bias[j + 1]);
    const h2 = positivePart(image[imageAt + j + 2] + a * w[wAt + j + 2] + bias[j + 2]);
    const h3 = positivePart(image[imageAt + j + 3] + a * w[wAt + j + 3] + bias[j + 3]);
    s0 += h0 * h0;
    s1 += h1 * h1;
    s2 += h2 * h2;
    s3 += h3 * h3;
  }
  for (let j = even; j < units; j++) {
    const h = positivePart(image[imageAt + j] + a * w[wAt + j] + bias[j]);
    s0 += h * h;
  }
  return s0 + s1 + s2 + s3;
}
