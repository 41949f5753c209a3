import { type Matrix, matrix } from '../core/matrix.ts';
import type { Arena } from '../core/memory/arena.ts';
import type { PredictionOf, Purpose } from '../core/trace.ts';

/** Points of a plane, such as the pixels of a picture; the channels of a point lie side by side, the points row after row. */
export interface Grid {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** What a full microbatch carries on one link. */
export interface Shape {
  /** samples */
  readonly rows: number;
  /** samples of a microbatch that tries every label, fewer than `rows` because each takes `candidates` rows */
  readonly goodnessRows: number;
  /** columns of the activity */
  readonly width: number;
  /** how the columns lie in a plane, where a layer of local fields made them: of no other width than theirs */
  readonly grid?: Grid;
  /** activity rows of a sample while learning: 1, or 2 (positive, negative), or 3 (and neutral) */
  readonly streams: number;
  /** activity rows of a sample while every label is tried: one a label, or 1 while they still are the same */
  readonly candidates: number;
  /** labels of each sample that a prediction by goodness tries, the shortlist of it; left out, all */
  readonly tried?: number | undefined;
  /** columns of normalised activity collected for a readout, 0 without one */
  readonly features: number;
  readonly classes: number;
}

/** Why a microbatch travels: to be learned from, to be predicted, or for the scores that wrong labels are drawn from. */
export type Reason = 'samples' | PredictionOf | 'negatives';

/**
 * The unit that travels: views into one slot of a link, or into memory of its own.
 *
 * Activity is laid out in blocks of `rows`: learning, the positive block, then the negative, then the neutral one;
 * trying every label, one block a label; in one pass, a single block.
 */
export interface Microbatch {
  readonly shape: Shape;
  sequence: number;
  purpose: Purpose;
  reason: Reason;
  /** passes over the samples begun before this one, from 0; of a prediction, those behind it */
  epoch: number;
  /** samples, at most shape.rows */
  rows: number;
  /** of an open line: when its last sample was to come, in nanoseconds since the run began; 0 in a closed loop */
  intended: number;
  /** which samples: the index in their dataset, or in an endless stream how many came before [rows] */
  readonly ids: Float64Array;
  /** true labels [rows] */
  readonly labels: Uint16Array;
  /** wrong labels to reject while learning, on the link into the first layer, where the source draws them [rows] */
  readonly wrong: Uint16Array;
  /**
   * of a gradient with fewer rows than its microbatch: the samples that they belong to, rising; what was left out is not
   * learned from [rows]
   */
  readonly chosen: Uint32Array;
  /** what a hot label pixel adds to each encoded image [rows]; 0 where labels aren't overlaid */
  readonly amplitude: Float32Array;
  /** [blocks · rows × width] */
  readonly activity: Float32Array;
  /**
   * goodness of every label so far, or the readout's logits [rows × classes]; while learning between layers that collaborate,
   * the goodness so far of the positive rows [rows], then of the negative ones [rows]
   */
  readonly scores: Float32Array;
  /** [rows × features] */
  readonly features: Float32Array;
}

const purposes: readonly Purpose[] = ['learn', 'goodness', 'onePass'];
const reasons: readonly Reason[] = ['samples', 'running', 'held', 'test', 'negatives'];
const headerBytes = 32;

/** Blocks of activity rows that a purpose needs. */
export function blocksOf(shape: Shape, purpose: Purpose): number {
  return purpose === 'learn' ? shape.streams : purpose === 'goodness' ? shape.candidates : 1;
}

/** Whether a sample and a negative image travel side by side, without labels to try: no other pair is told apart by itself. */
export function arePairs({ streams, candidates }: Shape): boolean {
  return streams > 1 && candidates === 1;
}

/** Samples that a microbatch of this purpose may hold. */
export function rowsFor(shape: Shape, purpose: Purpose): number {
  return purpose === 'goodness' ? shape.goodnessRows : shape.rows;
}

function activityRows(shape: Shape): number {
  return Math.max(shape.rows * Math.max(1, shape.streams), shape.goodnessRows * shape.candidates);
}

/** Bytes that a microbatch of this shape takes, a multiple of 64. */
export function microbatchBytes(shape: Shape): number {
  const floats = shape.rows * (1 + shape.classes + shape.features) + activityRows(shape) * shape.width;
  return align(headerBytes + 12 * shape.rows + 2 * align(2 * shape.rows, 4) + floats * 4, 64);
}

/** Bytes of activity and features that a microbatch holds. */
export function activityBytes({ shape, rows, purpose }: Microbatch): number {
  return 4 * rows * (blocksOf(shape, purpose) * shape.width + shape.features);
}

/** The microbatch whose bytes start at `offset` of `buffer`; by default one over memory of its own. */
export function microbatch(
  shape: Shape,
  buffer: ArrayBufferLike = new ArrayBuffer(microbatchBytes(shape)),
  offset = 0,
): Microbatch {
  const sequence = new Float64Array(buffer, offset, 1);
  const header = new Int32Array(buffer, offset + 8, 4);
  const intended = new Float64Array(buffer, offset + 24, 1);
  let at = offset + headerBytes;
  const ids = new Float64Array(buffer, at, shape.rows);
  at += 8 * shape.rows;
  const labels = new Uint16Array(buffer, at, shape.rows);
  at += align(2 * shape.rows, 4);
  const wrong = new Uint16Array(buffer, at, shape.rows);
  at += align(2 * shape.rows, 4);
  const chosen = new Uint32Array(buffer, at, shape.rows);
  at += 4 * shape.rows;
  const floats = (length: number): Float32Array => {
    const view = new Float32Array(buffer, at, length);
    at += length * 4;
    return view;
  };
  return {
    shape,
    get sequence() {
      return sequence[0];
    },
    set sequence(value) {
      sequence[0] = value;
    },
    get purpose() {
      return purposes[header[0]];
    },
    set purpose(value) {
      header[0] = purposes.indexOf(value);
    },
    get reason() {
      return reasons[header[1]];
    },
    set reason(value) {
      header[1] = reasons.indexOf(value);
    },
    get epoch() {
      return header[3];
    },
    set epoch(value) {
      header[3] = value;
    },
    get rows() {
      return header[2];
    },
    set rows(value) {
      header[2] = value;
    },
    get intended() {
      return intended[0];
    },
    set intended(value) {
      intended[0] = value;
    },
    ids,
    labels,
    wrong,
    chosen,
    activity: floats(activityRows(shape) * shape.width),
    amplitude: floats(shape.rows),
    scores: floats(shape.rows * shape.classes),
    features: floats(shape.rows * shape.features),
  };
}

/** A microbatch over memory of its own in an arena. */
export function microbatchIn(arena: Arena, shape: Shape): Microbatch {
  const at = arena.reserve(microbatchBytes(shape));
  return microbatch(shape, arena.buffer, at);
}

/** The activity of `count` blocks from block `first` on [count · rows × width]. */
export function blocks(m: Microbatch, first: number, count: number): Matrix {
  const { width } = m.shape;
  const start = first * m.rows * width;
  return matrix(count * m.rows, width, m.activity.subarray(start, start + count * m.rows * width));
}

/** Copies what every stage hands on: header, identities, labels, and the scores so far. */
export function passOn(from: Microbatch, to: Microbatch): void {
  to.sequence = from.sequence;
  to.purpose = from.purpose;
  to.reason = from.reason;
  to.epoch = from.epoch;
  to.rows = from.rows;
  to.intended = from.intended;
  to.ids.set(from.ids);
  to.labels.set(from.labels);
  if (from.purpose !== 'learn') to.scores.set(from.scores);
}

/** Copies everything, between microbatches of one shape. */
export function copy(from: Microbatch, to: Microbatch): void {
  passOn(from, to);
  for (const part of ['wrong', 'chosen', 'amplitude', 'activity', 'scores', 'features'] as const)
    to[part].set(from[part]);
}

function align(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}
