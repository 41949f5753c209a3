import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Augmentation } from '../../src/augmentations/augmentation.ts';
import { random } from '../../src/core/random.ts';
import { valuesOf } from './family.ts';

const width = 36;
const picture = fc.uint8Array({ minLength: width, maxLength: width });

describe.each(await valuesOf<Augmentation>('augmentations', 'augmentation.ts'))('$title', ({ factory }) => {
  const augmentation = factory();
  const changed = <T extends Uint8Array | Float32Array>(images: T, index: number, seed: number): T => {
    const into = images.slice(0, width).fill(99) as T;
    augmentation.apply(images, index, random(seed), into);
    return into;
  };

  it('has a name, and suits the images of MNIST', () => {
    expect(augmentation.name).not.toBe('');
    expect(() => augmentation.mustSuit(784)).not.toThrow();
  });

  it('draws the same for the same seed, otherwise for another', () => {
    const image = Uint8Array.from({ length: width }, (_, i) => i + 1);
    const all = Array.from({ length: 20 }, (_, seed) => changed(image, 0, seed).join());
    expect(Array.from({ length: 20 }, (_, seed) => changed(image, 0, seed).join())).toEqual(all);
    expect(new Set(all).size).toBeGreaterThan(1);
  });

  it('writes the whole row, and leaves the images as they are', () => {
    fc.assert(
      fc.property(picture, fc.nat(), (image, seed) => {
        const before = image.slice();
        const one = changed(image, 0, seed);
        const other = new Uint8Array(width).fill(7);
        augmentation.apply(image, 0, random(seed), other);
        expect(other).toEqual(one);
        expect(image).toEqual(before);
      }),
    );
  });

  it('sees the sample that it is told of, not its neighbours', () => {
    fc.assert(
      fc.property(picture, picture, picture, fc.nat(), (above, image, below, seed) => {
        const all = Uint8Array.of(...above, ...image, ...below);
        expect(changed(all, 1, seed)).toEqual(changed(image, 0, seed));
      }),
    );
  });

  it('does to floats what it does to bytes', () => {
    fc.assert(
      fc.property(picture, fc.nat(), (image, seed) => {
        expect([...changed(Float32Array.from(image), 0, seed)]).toEqual([...changed(image, 0, seed)]);
      }),
    );
  });

  it('draws the same of its stream, whatever the pixels are', () => {
    fc.assert(
      fc.property(picture, picture, fc.nat(), (image, other, seed) => {
        const next = (of: Uint8Array) => {
          const draw = random(seed);
          augmentation.apply(of, 0, draw, new Uint8Array(width));
          return draw.uniform();
        };
        expect(next(image)).toBe(next(other));
      }),
    );
  });
});
