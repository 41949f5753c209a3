import { type Random, random } from '../core/random.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Microbatch } from '../data/microbatch.ts';
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
  /** one sample, changed [width] */
  private readonly changed: Uint8Array | Float32Array;
  private draw: { readonly epoch: number; readonly random: Random } | undefined;

  constructor(pipeline: Whole) {
    this.pipeline = pipeline;
    const { images, width } = pipeline.samples;
    this.changed = images instanceof Uint8Array ? new Uint8Array(width) : new Float32Array(width);
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
      const changed = this.augmented(item, index);
      slot.amplitude[row] =
        changed === undefined ? encoding.encode(from.images, index, into) : encoding.encode(changed, 0, into);
      if (from.images instanceof Float32Array) mustBeFinite(into, from, index);
    }
  }

  /** The sample as the augmentation makes it, where it is to be learned from and there is one [width]. */
  private augmented({ purpose, from, epoch }: Item, index: number): Uint8Array | Float32Array | undefined {
    const { augmentation, seed } = this.pipeline;
    if (augmentation === undefined || purpose !== 'learn') return undefined;
    if (this.draw?.epoch !== epoch) {
      this.draw = { epoch, random: random(seed).fork(`epoch ${epoch}`).fork('augmentation') };
    }
    augmentation.apply(from.images, index, this.draw.random, this.changed);
    return this.changed;
  }
}

function mustBeFinite(row: Float32Array, { name }: Dataset, index: number): void {
  for (let j = 0; j < row.length; j++) {
    if (!Number.isFinite(row[j])) {
      throw new RangeError(`sample ${index} of ${name} must be finite in every pixel; got ${row[j]}`);
    }
  }
}
