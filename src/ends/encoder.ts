import { must } from '../core/check.ts';
import { type Random, random } from '../core/random.ts';
import { arrayIn, below, type State, type Stateful, under } from '../core/state.ts';
import type { LossReason } from '../core/trace.ts';
import type { Dataset } from '../data/dataset.ts';
import type { SampleStream } from '../data/endless.ts';
import type { Microbatch } from '../data/microbatch.ts';
import { isDataset, numbersOf } from '../data/samples.ts';
import { RunningScaler } from '../data/scaler.ts';
import { markShortlist } from '../data/shortlist.ts';
import { type Kernels, reseed, type Workplace } from '../kernels/kernel.ts';
import type { ResolvedPipeline } from '../pipeline/resolve.ts';
import type { Item } from './itinerary.ts';
import type { NegativeImages } from './negative-images.ts';
import type { Steering } from './steering.ts';

type Numbers = Uint8Array | Float32Array;

/**
 * Writes samples into microbatches as the pipeline's encoding says: those that are learned from changed by its augmentation
 * and its dropout of inputs, those that are predicted as they are. Dropout leaves label pixels alone.
 *
 * What is drawn for a sample follows from the seed, the epoch (`epoch e / augmentation`, `epoch e / input dropout`) and its
 * place in the epoch, so microbatches to learn from must come in the order of the itinerary.
 */
export class Encoder implements Stateful {
  /** spoils every sample, where the run is steered so */
  noise: Pick<Steering, 'spoil'> | undefined;
  private readonly pipeline: ResolvedPipeline;
  private readonly kernels: Kernels;
  private readonly squares: Float32Array;
  /** a sample of an endless stream, as it was made [width] */
  private readonly fresh: Numbers;
  /** a sample as it is encoded [width] */
  private readonly sample: Numbers;
  /** of the dropout of inputs */
  private readonly dropout: Uint32Array;
  /** the epoch that the two streams belong to, −1 before the first */
  private epoch = -1;
  private augmentation: Random;
  private readonly streams: Random;
  private readonly scaler: RunningScaler | undefined;
  /** a sample as the scaler leaves it [width] */
  private readonly scaled: Float32Array;
  private readonly images: NegativeImages | undefined;

  /**
   * @param workplace  where samples are worked on
   * @param images     draws the negatives of what is learned from, where they are images
   */
  constructor(pipeline: ResolvedPipeline, { arena, kernels }: Workplace, images?: NegativeImages) {
    this.pipeline = pipeline;
    this.kernels = kernels;
    this.images = images;
    this.squares = arena.floats((images ? 2 : 1) * pipeline.microbatch);
    this.dropout = arena.words(16);
    const { samples, seed } = pipeline;
    const { width } = samples;
    const room = (): Numbers =>
      numbersOf(samples) === 'bytes' ? arena.bytes(width) : new Float32Array(width);
    this.sample = room();
    this.fresh = isDataset(samples) ? this.sample : room();
    this.augmentation = random(seed);
    this.streams = random(seed).fork('samples');
    this.scaler = pipeline.scale === 'running' ? new RunningScaler(width) : undefined;
    this.scaled = new Float32Array(this.scaler ? width : 0);
  }

  /**
   * @returns  of samples that were left out, why; none where the pipeline refuses them
   * @throws {RangeError} when a label is no class, or a float of a sample is not finite, and the pipeline refuses such samples
   */
  fill(slot: Microbatch, item: Item): readonly LossReason[] {
    const { purpose, of, from, indices, epoch } = item;
    const { encoding, shortlist } = this.pipeline;
    const { width, classes } = slot.shape;
    slot.purpose = purpose;
    slot.reason = of;
    slot.epoch = epoch;
    const drops = this.pipeline.unusable === 'drop';
    const unusable: LossReason[] = [];
    if (purpose !== 'learn') slot.scores.fill(0);
    const checksFloats = numbersOf(from) === 'floats';
    let row = 0;
    for (const index of indices) {
      const into = slot.activity.subarray(row * width, (row + 1) * width);
      const label = isDataset(from) ? from.labels[index] : this.make(from, index);
      // kernels trust labels to be rows of their matrices
      if (!isClass(label, classes)) {
        if (!drops) mustBeClass(label, classes, from, index);
        unusable.push('no such class');
        continue;
      }
      if (of === 'test' && purpose === 'goodness' && shortlist) markShortlist(slot, row, shortlist, index);
      slot.ids[row] = index;
      slot.labels[row] = label;
      const [images, at] = this.spoilt(this.imagesOf(item, index));
      const [ready, place] = this.scaleOf(images, at);
      slot.amplitude[row] = encoding.encode(ready, place, into, this.kernels);
      if (checksFloats && !allFinite(into)) {
        if (!drops) mustBeFinite(into, from, index);
        unusable.push('not finite');
        continue;
      }
      if (purpose === 'learn') {
        this.images?.take(images, at, row);
        this.scaler?.learn(images as Float32Array, at);
      }
      row++;
    }
    slot.rows = row;
    if (purpose === 'learn' && row > 0) this.drawNegatives(slot, item);
    // the microbatch was scaled by what was learned before it
    if (purpose === 'learn' && row > 0) this.scaler?.commit();
    if (purpose === 'learn' && this.pipeline.inputDropout > 0) this.drop(slot, item);
    return unusable;
  }

  /**
   * Why none of an item's samples can be used, where the pipeline leaves such samples out; it draws nothing.
   *
   * @returns  a reason for each sample; undefined where some can be used
   */
  whyUnusable({ from, indices }: Item): readonly LossReason[] | undefined {
    if (this.pipeline.unusable !== 'drop' || isDataset(from)) return undefined;
    const reasons: LossReason[] = [];
    for (const index of indices) {
      const label = this.make(from, index);
      if (!isClass(label, from.classes)) reasons.push('no such class');
      else if (this.fresh instanceof Float32Array && !allFinite(this.fresh)) reasons.push('not finite');
      else return undefined;
    }
    return reasons;
  }

  state(): State {
    return {
      epoch: Float64Array.of(this.epoch),
      augmentation: this.augmentation.state(),
      dropout: this.dropout.slice(),
      ...this.images?.state(),
      ...(this.scaler && under('scaler', this.scaler.state())),
    };
  }

  restore(state: State): void {
    const [epoch] = arrayIn(state, 'epoch', 1);
    this.enter(epoch);
    this.augmentation.restore(arrayIn(state, 'augmentation', 5) as Float64Array);
    this.dropout.set(arrayIn(state, 'dropout', this.dropout.length));
    this.images?.restore(state);
    this.scaler?.restore(below(state, 'scaler'));
  }

  /** Makes a sample of an endless stream. @returns its label */
  private make(stream: SampleStream, index: number): number {
    return stream.sample(index, this.streams.fork(`${index}`), this.fresh);
  }

  /** The array that the sample is encoded from, and its index there: augmented where it is learned from. */
  private imagesOf({ from, purpose, epoch }: Item, index: number): [Numbers, number] {
    const { augmentation } = this.pipeline;
    const [images, at] = isDataset(from) ? ([from.images, index] as const) : ([this.fresh, 0] as const);
    if (augmentation !== undefined && purpose === 'learn') {
      this.enter(epoch);
      augmentation.apply(images, at, this.augmentation, this.sample as typeof images);
      return [this.sample, 0];
    }
    if (!(images instanceof Uint8Array && this.sample instanceof Uint8Array)) return [images, at];
    if (images === this.fresh) return [images, at];
    // bytes are worked on where the kernels reach them; floats need not go there
    const { width } = from;
    this.sample.set(images.subarray(at * width, (at + 1) * width));
    return [this.sample, 0];
  }

  /** The same sample with noise, where the run is steered so. */
  private spoilt(found: [Numbers, number]): [Numbers, number] {
    return this.noise?.spoil(...found, this.sample) ? [this.sample, 0] : found;
  }

  /** The same sample, scaled where the pipeline says so. */
  private scaleOf(images: Numbers, at: number): [Numbers, number] {
    if (this.scaler === undefined) return [images, at];
    this.scaler.scale(images as Float32Array, at, this.scaled);
    return [this.scaled, 0];
  }

  /** Fills the negative block of a microbatch, where negatives are images. */
  private drawNegatives({ activity, labels, rows, shape: { width } }: Microbatch, { epoch }: Item): void {
    if (this.images === undefined) return;
    this.enter(epoch);
    const drawn = this.images.draw(labels, rows);
    for (let r = 0; r < rows; r++) {
      const [ready, place] = this.scaleOf(drawn, r);
      const into = activity.subarray((rows + r) * width, (rows + r + 1) * width);
      this.pipeline.encoding.encode(ready, place, into);
    }
  }

  /** Dropout of inputs: a sample and its negative lose the same ones. */
  private drop({ activity, rows, shape }: Microbatch, { epoch }: Item): void {
    this.enter(epoch);
    const keep = 1 - this.pipeline.inputDropout;
    const blocks = this.images ? 2 : 1;
    this.kernels.drop(activity, this.squares, this.dropout, keep, blocks, rows, shape.width);
  }

  /** Begins the streams of an epoch, unless it has begun. */
  private enter(epoch: number): void {
    if (this.epoch === epoch) return;
    this.epoch = epoch;
    const stream = random(this.pipeline.seed).fork(`epoch ${epoch}`);
    reseed(this.dropout, stream.fork('input dropout'));
    this.augmentation = stream.fork('augmentation');
    this.images?.enter(stream);
  }
}

type Named = Pick<Dataset, 'name'>;

function isClass(label: number, classes: number): boolean {
  return Number.isInteger(label) && label >= 0 && label < classes;
}

function allFinite(row: Float32Array): boolean {
  let sum = 0;
  for (let j = 0; j < row.length; j++) sum += 0 * row[j];
  return sum === 0;
}

function mustBeClass(label: number, classes: number, { name }: Named, index: number): void {
  must(
    isClass(label, classes),
    `label of sample ${index} of ${name}`,
    `a class from 0 to ${classes - 1}`,
    label,
  );
}

function mustBeFinite(row: Float32Array, { name }: Named, index: number): void {
  for (let j = 0; j < row.length; j++) {
    if (!Number.isFinite(row[j])) {
      throw new RangeError(`sample ${index} of ${name} must be finite in every pixel; got ${row[j]}`);
    }
  }
}
