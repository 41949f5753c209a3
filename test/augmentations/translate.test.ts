import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { translate } from '../../src/augmentations/translate.ts';
import type { Random } from '../../src/core/random.ts';
import { random } from '../../src/core/random.ts';
import { chiSquare } from '../negatives/draws.ts';

/** A stream that draws what it is told. */
const told = (draws: number[]): Random => ({ ...random(1), whole: () => draws.shift() as number });

/** Letter by letter: pixel (x, y) was at (x − right, y − down), and what was nowhere is 0. */
function moved(image: Uint8Array, side: number, right: number, down: number): Uint8Array {
  return Uint8Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [(i % side) - right, Math.floor(i / side) - down];
    return x >= 0 && x < side && y >= 0 && y < side ? image[y * side + x] : 0;
  });
}

describe('a translation', () => {
  it('moves each pixel to the right and down by what is drawn, and leaves 0 where none comes', () => {
    const size = fc.integer({ min: 2, max: 6 }).chain((side) =>
      fc.integer({ min: 1, max: side - 1 }).chain((pixels) =>
        fc.record({
          side: fc.constant(side),
          pixels: fc.constant(pixels),
          right: fc.integer({ min: -pixels, max: pixels }),
          down: fc.integer({ min: -pixels, max: pixels }),
          images: fc.uint8Array({ minLength: 3 * side * side, maxLength: 3 * side * side }),
        }),
      ),
    );
    fc.assert(
      fc.property(size, ({ side, pixels, right, down, images }) => {
        const into = new Uint8Array(side * side).fill(99);
        translate({ pixels }).apply(images, 1, told([right + pixels, down + pixels]), into);
        const own = images.subarray(side * side, 2 * side * side);
        expect(into).toEqual(moved(own, side, right, down));
      }),
    );
  });

  it.each([1, 2])('goes each of (2 · %d + 1)² ways with equal chance', (pixels) => {
    const side = 7;
    const image = new Uint8Array(side * side);
    image[3 * side + 3] = 1;
    const counts = new Array(side * side).fill(0);
    const [into, draw] = [new Uint8Array(side * side), random(3)];
    const ways = (2 * pixels + 1) ** 2;
    for (let i = 0; i < 200 * ways; i++) {
      translate({ pixels }).apply(image, 0, draw, into);
      counts[into.indexOf(1)]++;
    }
    const near = (i: number) =>
      Math.max(Math.abs((i % side) - 3), Math.abs(Math.floor(i / side) - 3)) <= pixels;
    const expected = counts.map((_, i) => (near(i) ? 200 : 0));
    expect(counts.every((count, i) => near(i) || count === 0)).toBe(true);
    expect(chiSquare(counts, expected)).toBeLessThan(51.2); // at most 24 degrees of freedom, p = 0.001
  });

  it('is by one pixel unless told otherwise', () => {
    const image = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
    const all = Array.from({ length: 99 }, (_, seed) => {
      const into = [new Uint8Array(16), new Uint8Array(16)];
      translate().apply(image, 0, random(seed), into[0]);
      translate({ pixels: 1 }).apply(image, 0, random(seed), into[1]);
      return into;
    });
    for (const [one, other] of all) expect(one).toEqual(other);
  });

  it('refuses a distance that is none, and images that are not square or smaller than it', () => {
    for (const pixels of [0, -1, 0.5, Number.NaN]) {
      expect(() => translate({ pixels })).toThrow(
        new RangeError(`translation must be a whole number of pixels, 1 or more; got ${pixels}`),
      );
    }
    expect(() => translate().mustSuit(392)).toThrow(
      new RangeError('width of images to translate must be a square number of pixels; got 392'),
    );
    expect(() => translate({ pixels: 28 }).mustSuit(784)).toThrow(
      new RangeError('translation must be below 28 pixels, the side of the images; got 28'),
    );
    expect(() => translate({ pixels: 27 }).mustSuit(784)).not.toThrow();
  });
});
