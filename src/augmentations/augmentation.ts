import { must } from '../core/check.ts';
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

/**
 * Several augmentations as one: each changes what the one before has made of the sample.
 *
 * @throws {RangeError} when there is none
 */
export function succession(...members: readonly Augmentation[]): Augmentation {
  must(members.length > 0, 'augmentations in succession', '1 or more', members.length);
  const [first, ...rest] = members;
  let between: Uint8Array | Float32Array = new Uint8Array();
  return {
    name: members.map(({ name }) => name).join(', '),
    mustSuit(width) {
      for (const member of members) member.mustSuit(width);
    },
    apply(images, index, random, into) {
      first.apply(images, index, random, into);
      for (const member of rest) {
        if (between.length === into.length && between.constructor === into.constructor) between.set(into);
        else between = into.slice();
        member.apply(between as typeof into, 0, random, into);
      }
    },
  };
}
