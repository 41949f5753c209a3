import type { ByteWork } from '../core/bytes.ts';
import { type Random, random } from '../core/random.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Microbatch } from '../data/microbatch.ts';
import { dropout, type Workplace } from '../kernels/kernel.ts';
import type { Item } from './itinerary.ts';
import type { Whole } from './pipeline.ts';

/** What an epoch draws from. */
interface Draws {
  readonly epoch: number;
  readonly augmentation: Random;
  /** dropout of inputs, where there is any */
  readonly drop: ReturnType<typeof dropout> | undefined;
}

/**
 * Writes samples into microbatches as the pipeline's encoding has them: those that are learned from changed by its
 * augmentation and its dropout of inputs, those that are predicted as they are. A label that is laid over stays.
 *
 * What is drawn for a sample follows from the seed, the epoch (`epoch e / augmentation`, `epoch e / input dropout`) and its
 * place in the epoch, so microbatches to learn must come in the order of the itinerary.
 */
export class Encoder {
  private readonly pipeline: Whole;
  /** one sample, as it is encoded [width] */
  private readonly sample: Uint8Array | Float32Array;
  private readonly work: ByteWork;
  private readonly place: Workplace;
  private readonly squares: Float32Array;
  private draws: Draws | undefined;

  /** @param place  where samples are worked on */
  constructor(pipeline: Whole, place: Workplace) {
    const { arena, kernels } = place;
    this.pipeline = pipeline;
    this.place = place;
    this.work = kernels;
    this.squares = arena.floats(pipeline.microbatch);
    const { images, width } = pipeline.samples;
    this.sample = images instanceof Uint8Array ? arena.bytes(width) : new Float32Array(width);
  }

  /** @throws {RangeError} when a float pixel of a sample is not finite */
  fill(slot: Microbatch, item: Item): void {
    const { purpose, from, indices } = item;
    const { encoding } = this.pipeline;
    const { width } = slot.shape;
    slot.purpose = purpose;
    slot.rows = indices.length;
    if (purpose !== 'learn') slot.scores.fill(0);
    for (let row = 0; row < indices.length; row++) {
      const index = indices[row];
      const into = slot.activity.subarray(row * width, (row + 1) * width);
      slot.labels[row] = from.labels[index];
      if (this.augmented(item, index) || this.copied(from, index)) {
        slot.amplitude[row] = encoding.encode(this.sample, 0, into, this.work);
      } else slot.amplitude[row] = encoding.encode(from.images, index, into);
      if (from.images instanceof Float32Array) mustBeFinite(into, from, index);
    }
    if (purpose === 'learn') this.drawsOf(item).drop?.(slot.activity, this.squares, 1, slot.rows);
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

  private drawsOf({ epoch }: Item): Draws {
    if (this.draws?.epoch === epoch) return this.draws;
    const { seed, inputDropout, samples } = this.pipeline;
    const stream = random(seed).fork(`epoch ${epoch}`);
    const drop =
      inputDropout > 0
        ? dropout(inputDropout, samples.width, stream.fork('input dropout'), this.place)
        : undefined;
    this.draws = { epoch, augmentation: stream.fork('augmentation'), drop };
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
