import { must } from '../core/check.ts';
import type { Augmentation } from './augmentation.ts';

/**
 * Several augmentations, one after the other: each changes what the one before has made of the sample.
 *
 * @throws {RangeError} when there is none
 */
export function succession(...members: readonly Augmentation[]): Augmentation {
  must(members.length > 0, 'augmentations in succession', 'one or more', members.length);
  const [first, ...rest] = members;
  let between: Uint8Array | Float32Array | undefined;
  return {
    name: members.map(({ name }) => name).join(', '),
    mustSuit(width) {
      for (const member of members) member.mustSuit(width);
    },
    apply(images, index, random, into) {
      first.apply(images, index, random, into);
      for (const member of rest) {
        if (between?.length !== into.length || between.constructor !== into.constructor)
          between = into.slice();
        else between.set(into);
        member.apply(between as typeof into, 0, random, into);
      }
    },
  };
}
