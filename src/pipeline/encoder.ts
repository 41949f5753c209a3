import type { ByteWork } from '../core/bytes.ts';
import { type Random, random } from '../core/random.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Microbatch } from '../data/microbatch.ts';
import type { Workplace } from '../kernels/kernel.ts';
import type { Item } from './itinerary.ts';
import type { Whole } from './pipeline.ts';

/**
 * Writes samples into microbatches as the pipeline's encoding has them: those that are learned from changed by its
 * augmentation, those that are predicted as they are.
 *
 * What is drawn for a sample follows from the seed, the epoch (`epoch e / augmentation`) and its place in the epoch, so
 * microbatches to learn must come in the order of the itinerary.
 */
export class Encoder {
  private readonly pipeline: Whole;
  /** one sample, as it is encoded [width] */
  private readonly sample: Uint8Array | Float32Array;
  private readonly work: ByteWork;
  private draw: { readonly epoch: number; readonly random: Random } | undefined;

  /** @param place  where a sample's bytes are worked on */
  constructor(pipeline: Whole, { arena, kernels }: Workplace) {
    this.pipeline = pipeline;
    this.work = kernels;
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
  }

  /** Copies bytes to where the work on them is done; floats need not go there. */
  private copied({ images, width }: Dataset, index: number): boolean {
    if (!(images instanceof Uint8Array && this.sample instanceof Uint8Array)) return false;
    this.sample.set(images.subarray(index * width, (index + 1) * width));
    return true;
  }

  /** Makes the sample what the augmentation makes of it, where it is to be learned from and there is one. */
  private augmented({ purpose, from, epoch }: Item, index: number): boolean {
    const { augmentation, seed } = this.pipeline;
    if (augmentation === undefined || purpose !== 'learn') return false;
    if (this.draw?.epoch !== epoch) {
      this.draw = { epoch, random: random(seed).fork(`epoch ${epoch}`).fork('augmentation') };
    }
    augmentation.apply(from.images, index, this.draw.random, this.sample);
    return true;
  }
}

function mustBeFinite(row: Float32Array, { name }: Dataset, index: number): void {
  for (let j = 0; j < row.length; j++) {
    if (!Number.isFinite(row[j])) {
      throw new RangeError(`sample ${index} of ${name} must be finite in every pixel; got ${row[j]}`);
    }
  }
}
