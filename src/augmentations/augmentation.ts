import type { Random } from '../core/random.ts';

/**
 * How a sample is changed each time it is learned from, so that the layers see more of what its label means.
 *
 * Like an encoding it is a plain value: the source applies it on its own thread, before it encodes.
 */
export interface Augmentation {
  readonly name: string;
  /** @throws {RangeError} when samples of so many pixels can't be changed this way */
  mustSuit(width: number): void;
  /**
   * Writes a changed copy of sample `index` into one row. What it draws depends on no pixel.
   *
   * @param images  [count × width], as in a `Dataset`
   * @param random  the epoch's own stream, one sample after the other in the order in which they are learned
   * @param into    an array of the images' kind, overwritten; its length is the width  [width]
   */
  apply<T extends Uint8Array | Float32Array>(images: T, index: number, random: Random, into: T): void;
}
