import { must, mustBePositive } from '../core/check.ts';
import type { Augmentation } from './augmentation.ts';

export interface PixelDropoutOptions {
  /** probability that a pixel is 0, above 0 and below 1, to 16 bits; left out, 0.2 */
  readonly share?: number;
}

/**
 * Silences each pixel with probability `share`, anew each time: dropout of the input. The pixels that are left keep their
 * value, for an encoding that brings the image to root mean square 1 makes up for the lost ones.
 *
 * @throws {RangeError} when the share is not above 0 and below 1
 * @see Srivastava et al. 2014, who take 0.2
 */
export function pixelDropout({ share = 0.2 }: PixelDropoutOptions = {}): Augmentation {
  mustBePositive(share, 'share of the pixels');
  must(share < 1, 'share of the pixels', 'below 1', share);
  const bound = Math.round(share * 0x1_0000);
  return {
    name: 'pixelDropout',
    mustSuit() {},
    apply(images, index, random, into) {
      const start = index * into.length;
      for (let j = 0; j < into.length; j += 2) {
        const bits = random.whole(0x1_0000_0000); // two draws of 16 bits
        into[j] = (bits & 0xffff) < bound ? 0 : images[start + j];
        if (j + 1 < into.length) into[j + 1] = bits >>> 16 < bound ? 0 : images[start + j + 1];
      }
    },
  };
}
