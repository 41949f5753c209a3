import { must, mustBeWhole } from '../core/check.ts';
import type { Augmentation } from './augmentation.ts';

export interface TranslateOptions {
  /** the farthest an image moves, in each direction, in pixels, ≥ 1 and below the side of the images */
  readonly pixels?: number;
}

/**
 * Moves a square image by a whole number of pixels to the right and another one down, each drawn uniformly from
 * −pixels … pixels. What leaves the picture is lost, what is vacated is 0.
 *
 * @param options  `pixels`: left out, 1
 * @throws {RangeError} when pixels is no whole number, 1 or more
 */
export function translate({ pixels = 1 }: TranslateOptions = {}): Augmentation {
  mustBeWhole(pixels, 'translation', 1, 'pixels');
  return {
    name: 'translate',
    mustSuit(width) {
      const side = Math.sqrt(width);
      must(Number.isInteger(side), 'width of images to translate', 'a square number of pixels', width);
      must(pixels < side, 'translation', `below ${side} pixels, the side of the images`, pixels);
    },
    apply(images, index, random, into) {
      const width = into.length;
      const side = Math.round(Math.sqrt(width));
      const right = random.whole(2 * pixels + 1) - pixels;
      const down = random.whole(2 * pixels + 1) - pixels;
      // row after row in memory, a move is a shift; what it carries over an edge is wiped off the row it lands in
      const shift = down * side + right;
      const [first, end] = [Math.max(0, shift), Math.min(width, width + shift)];
      const start = index * width - shift;
      into.fill(0, 0, first);
      into.set(images.subarray(start + first, start + end), first); // ten times as fast as a loop, for all that it makes a view
      into.fill(0, end);
      const [left, edge] = right > 0 ? [0, right] : [side + right, side];
      for (let x = left; x < edge; x++) for (let i = x; i < width; i += side) into[i] = 0;
    },
  };
}
