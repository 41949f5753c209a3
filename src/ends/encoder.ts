import { type Random, random } from '../core/random.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Microbatch } from '../data/microbatch.ts';
import { type Kernels, reseed, type Workplace } from '../kernels/kernel.ts';
import type { ResolvedPipeline } from '../pipeline/resolve.ts';
import type { Item } from './itinerary.ts';

/** What an epoch draws from, besides the state of its dropout. */
interface Draws {
  readonly epoch: number;
  readonly augmentation: Random;
}

/**
 * Writes samples into microbatches as the pipeline's encoding has them: those that are learned from changed by its
 * augmentation and its dropout of inputs, those that are predicted as they are. A label that is laid over stays.
 *
 * What is drawn for a sample follows from the seed, the epoch (`epoch e / augmentation`, `epoch e / input dropout`) and its
 * place in the epoch, so microbatches to learn must come in the order of the itinerary.
 */
export class Encoder {
  private readonly pipeline: ResolvedPipeline;
  /** one sample, as it is encoded [width] */
  private readonly sample: Uint8Array | Float32Array;
  private readonly kernels: Kernels;
  private readonly squares: Float32Array;
  /** of the dropout of inputs */
  private readonly state: Uint32Array;
  private draws: Draws | undefined;

  /** @param place  where samples are worked on */
  constructor(pipeline: ResolvedPipeline, { arena, kernels }: Workplace) {
    this.pipeline = pipeline;
    this.kernels = kernels;
    this.squares = arena.floats(pipeline.microbatch);
    this.state = arena.words(16);
    const { images, width } = pipeline.samples;
    this.sample = images instanceof Uint8Array ? arena.bytes(width) : new Float32Array(width);
  }

  /** @throws {RangeError} when a float pixel of a sample is not finite */
  fill(slot: Microbatch, item: Item): void {
    const { purpose, of, from, indices, epoch } = item;
    const { encoding } = this.pipeline;
    const { width } = slot.shape;
    slot.purpose = purpose;
    slot.reason = of;
    slot.epoch = epoch;
    slot.rows = indices.length;
    if (purpose !== 'learn') slot.scores.fill(0);
    for (let row = 0; row < indices.length; row++) {
      const index = indices[row];
      const into = slot.activity.subarray(row * width, (row + 1) * width);
      slot.ids[row] = index;
      slot.labels[row] = from.labels[index];
      if (this.augmented(item, index) || this.copied(from, index)) {
        slot.amplitude[row] = encoding.encode(this.sample, 0, into, this.kernels);
      } else slot.amplitude[row] = encoding.encode(from.images, index, into);
      if (from.images instanceof Float32Array) mustBeFinite(into, from, index);
    }
    if (purpose === 'learn' && this.pipeline.inputDropout > 0) this.drop(slot, item);
  }

  /** Copies bytes to where the work on them is done; floats need not go there. */
  private copied({ images, width }: Dataset, index: number): boolean {
    if (!(images instanceof Uint8Array && this.sample instanceof Uint8Array)) return false;
    this.sample.set(images.subarray(index * width, (index + 1) * width));
    return true;
  }

  /** Makes the sample what the augmentation makes of it, where it is to be learned from and there is one. */
  private augmented(item: Item, index: number): boolean {
    const { augmentation } = this.pipeline;
    if (augmentation === undefined || item.purpose !== 'learn') return false;
    augmentation.apply(item.from.images, index, this.drawsOf(item).augmentation, this.sample);
    return true;
  }

  /** Dropout of inputs. */
  private drop({ activity, rows, shape }: Microbatch, item: Item): void {
    this.drawsOf(item);
    const keep = 1 - this.pipeline.inputDropout;
    this.kernels.drop(activity, this.squares, this.state, keep, 1, rows, shape.width);
  }

  private drawsOf({ epoch }: Item): Draws {
    if (this.draws?.epoch === epoch) return this.draws;
    const stream = random(this.pipeline.seed).fork(`epoch ${epoch}`);
    reseed(this.state, stream.fork('input dropout'));
    this.draws = { epoch, augmentation: stream.fork('augmentation') };
    return this.draws;
  }
}

function mustBeFinite(row: Float32Array, { name }: Dataset, index: number): void {
  for (let j = 0; j < row.length; j++) {
    if (!Number.isFinite(row[j])) {
      throw new RangeError(`sample ${index} of ${name} must be finite in every pixel; got ${row[j]}`);
    }
  }
}
