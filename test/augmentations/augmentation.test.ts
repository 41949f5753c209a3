import { describe, expect, it } from 'vitest';
import { type Augmentation, succession } from '../../src/augmentations/augmentation.ts';
import { pixelDropout } from '../../src/augmentations/pixel-dropout.ts';
import { translate } from '../../src/augmentations/translate.ts';
import { type Random, random } from '../../src/core/random.ts';

const image = Uint8Array.from({ length: 25 }, (_, i) => i + 1);

/** Adds `by` and what it draws to each pixel. */
const plus = (by: number): Augmentation => ({
  name: `plus ${by}`,
  mustSuit() {},
  apply(images, index, draw, into) {
    const more = by + draw.whole(10);
    for (let i = 0; i < into.length; i++) into[i] = images[index * into.length + i] + more;
  },
});

/** What one augmentation after the other makes of sample 1 of two, each with room of its own. */
function stepByStep<T extends Uint8Array | Float32Array>(
  images: T,
  members: readonly Augmentation[],
  draw: Random,
) {
  let [from, index] = [images, 1];
  for (const member of members) {
    const into = images.slice(25) as T;
    member.apply(from, index, draw, into);
    [from, index] = [into, 0];
  }
  return from;
}

describe('augmentations in succession', () => {
  const members = [translate({ pixels: 2 }), plus(3), pixelDropout({ share: 0.3 }), plus(5)];

  it.each([Uint8Array, Float32Array])('change what the one before has made, in %o', (Kind) => {
    const images = new Kind(50);
    images.set(image, 25);
    const [one, other] = [random(4), random(4)];
    const all = succession(...members);
    for (let time = 0; time < 20; time++) {
      const into = new Kind(25);
      all.apply(images, 1, one, into);
      expect(into).toEqual(stepByStep(images, members, other));
    }
    expect(one.uniform()).toBe(other.uniform());
  });

  it('take arrays of another kind or length in between', () => {
    const all = succession(plus(1), plus(2));
    const made = [Uint8Array.of(1, 2), Float32Array.of(0.5), Uint8Array.of(9)].map((images) => {
      const into = images.slice();
      all.apply(images, 0, { ...random(1), whole: () => 0 }, into);
      return into;
    });
    expect(made).toEqual([Uint8Array.of(4, 5), Float32Array.of(3.5), Uint8Array.of(12)]);
  });

  it('bear all names, suit what each of them suits, and are 1 or more', () => {
    expect(succession(...members).name).toBe('translate, plus 3, pixelDropout, plus 5');
    expect(() => succession(plus(1), translate()).mustSuit(392)).toThrow(
      new RangeError('width of images to translate must be a square number of pixels; got 392'),
    );
    expect(() => succession()).toThrow(
      new RangeError('augmentations in succession must be 1 or more; got 0'),
    );
  });
});
