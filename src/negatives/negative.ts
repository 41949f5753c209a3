import { must } from '../core/check.ts';
import type { Matrix } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { Random } from '../core/random.ts';

/** How a labelled image gets the wrong label that the layers learn to reject. */
export interface Negatives {
  readonly name: string;
  /** whether `draw` wants an opinion of every label */
  readonly needsOpinion: boolean;
  /** who draws: the first layer as it learns, or the source from what came out of the pipeline; left out, the first layer */
  readonly drawnBy?: 'first layer' | 'source';
  /**
   * Draws a wrong label for each sample, never the true one.
   *
   * @param truth    true labels [at least rows]
   * @param rows     samples
   * @param classes  labels are 0 … classes − 1
   * @param opinion  how plausible each label is, only where `needsOpinion`: to the first layer α · goodness, to the
   *                 source the scores that came back [rows × classes]
   * @param random   the stream of who draws
   * @param into     the wrong labels [at least rows], overwritten
   */
  draw(
    truth: Uint16Array,
    rows: number,
    classes: number,
    opinion: Matrix | undefined,
    random: Random,
    into: Uint16Array,
  ): void;
}

/** A plan for a sampler of negatives: its module exports `create(options): Negatives`. */
export interface NegativesPlan extends Plan<Negatives> {
  /** what the source must know to draw, where it is the one */
  readonly asks?: Asks;
  readonly rejects?: 'labels';
}

/** Pixels of samples, one row after the other [rows × width]. */
export type Images = Uint8Array | Float32Array;

/** How images that look like no sample are made of samples, for layers that learn without labels. */
export interface ImageNegatives {
  readonly name: string;
  /** @throws {RangeError} when negatives can't be made of samples of so many pixels; left out, they always can */
  mustSuit?(width: number): void;
  /**
   * Makes a negative for each sample of a microbatch, of that microbatch's samples alone.
   *
   * @param samples  as they are learned from, augmented and not yet encoded
   * @param random   the epoch's own stream, one microbatch after the other in the order in which they are learned
   * @param into     an array of the images' kind, overwritten [at least rows × width]
   */
  drawImages<T extends Images>(samples: ImageBatch<T>, random: Random, into: T): void;
}

/** The samples of one microbatch. */
export interface ImageBatch<T extends Images = Images> {
  /** [at least rows × width] */
  readonly images: T;
  /** true labels, for samplers that pair samples by them [at least rows] */
  readonly labels: Uint16Array;
  readonly rows: number;
  /** pixels of a sample */
  readonly width: number;
}

/**
 * A plan for a sampler of negative images, which the source draws: its module exports `create(options): ImageNegatives`.
 * The first layer is sent pairs of images without a label, so the input is encoded by `pixels()` and a readout predicts.
 */
export interface ImageNegativesPlan extends Plan<ImageNegatives> {
  readonly rejects: 'images';
  /** samples that a microbatch needs for a negative to be made of it, ≥ 1 */
  readonly least: number;
  readonly asks?: undefined;
}

/** Microbatches that only ask for the scores of every label are sent ahead of the one that they are for. */
export interface Asks {
  /** `goodness` of every label, or a readout's logits in `onePass` */
  readonly purpose: 'goodness' | 'onePass';
  /** how far ahead, in microbatches to learn: so many updates old are the scores that a wrong label is drawn from, ≥ 0 */
  readonly lag: number;
}

/**
 * Draws wrong labels, and looks at what was drawn: a label is a row of the weights, and the true one would teach nonsense.
 *
 * @throws {RangeError} when a label that was drawn is no class, or the true one; parameters as in `Negatives.draw`
 */
export function drawWrong(
  negatives: Negatives,
  truth: Uint16Array,
  rows: number,
  classes: number,
  opinion: Matrix | undefined,
  random: Random,
  into: Uint16Array,
): void {
  negatives.draw(truth, rows, classes, opinion, random, into);
  mustBeWrong(into, truth, rows, classes, negatives.name);
}

/** @throws {RangeError} unless each label is a class, and not the true one */
export function mustBeWrong(
  labels: Uint16Array,
  truth: Uint16Array,
  rows: number,
  classes: number,
  name: string,
): void {
  for (let r = 0; r < rows; r++) {
    if (labels[r] < classes && labels[r] !== truth[r]) continue;
    const rule = `a class from 0 to ${classes - 1} other than the true one, ${truth[r]}`;
    must(false, `wrong label drawn by negatives '${name}'`, rule, labels[r]);
  }
}

/**
 * Draws from softmax(sharpness · opinion) of each sample, the true label left out.
 *
 * @param opinion  [rows × classes]
 */
export function drawBySoftmax(
  sharpness: number,
  truth: Uint16Array,
  rows: number,
  { columns: classes, data }: Matrix,
  random: Random,
  into: Uint16Array,
): void {
  const odds = new Float64Array(classes);
  for (let i = 0; i < rows; i++) {
    const at = i * classes;
    let top = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) if (c !== truth[i]) top = Math.max(top, data[at + c]);
    let total = 0;
    for (let c = 0; c < classes; c++) {
      odds[c] = c === truth[i] ? 0 : Math.exp(sharpness * (data[at + c] - top));
      total += odds[c];
    }
    into[i] = pick(odds, random.uniform() * total, truth[i]);
  }
}

/** The class at which the running sum of odds passes `mark`; rounding can't make it the true one. */
function pick(odds: Float64Array, mark: number, truth: number): number {
  let sum = 0;
  let last = truth === 0 ? 1 : 0;
  for (let c = 0; c < odds.length; c++) {
    if (c === truth) continue;
    last = c;
    sum += odds[c];
    if (mark < sum) break;
  }
  return last;
}
