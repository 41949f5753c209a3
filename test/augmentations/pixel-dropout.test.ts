import { describe, expect, it } from 'vitest';
import { pixelDropout } from '../../src/augmentations/pixel-dropout.ts';
import { random } from '../../src/core/random.ts';

describe('dropout of pixels', () => {
  it.each([0.05, 0.2, 0.75])(
    'silences %d of them, each by itself, and leaves the others as they are',
    (share) => {
      const width = 9;
      const image = Uint8Array.from({ length: width }, (_, i) => i + 1);
      const [into, draw, times] = [new Uint8Array(width), random(5), 20_000];
      let changed = 0;
      const silent = new Array(width).fill(0);
      /** how often pixels i and i + 1, of one word of the generator or of two, are silent together */
      const both = new Array(width - 1).fill(0);
      for (let time = 0; time < times; time++) {
        pixelDropout({ share }).apply(image, 0, draw, into);
        for (let i = 0; i < width; i++) {
          if (into[i] === 0) silent[i]++;
          else if (into[i] !== image[i]) changed++;
          if (i > 0 && into[i] === 0 && into[i - 1] === 0) both[i - 1]++;
        }
      }
      expect(changed).toBe(0);
      const near = (p: number) => 4.5 * Math.sqrt((p * (1 - p)) / times);
      for (const count of silent) expect(Math.abs(count / times - share)).toBeLessThan(near(share));
      for (const count of both) expect(Math.abs(count / times - share ** 2)).toBeLessThan(near(share ** 2));
    },
  );

  it('takes a fifth unless told otherwise', () => {
    const image = new Uint8Array(784).fill(1);
    const into = [new Uint8Array(784), new Uint8Array(784)];
    pixelDropout().apply(image, 0, random(2), into[0]);
    pixelDropout({ share: 0.2 }).apply(image, 0, random(2), into[1]);
    expect(into[0]).toEqual(into[1]);
  });

  it('refuses a share that is none', () => {
    for (const share of [0, -0.1, Number.NaN]) {
      expect(() => pixelDropout({ share })).toThrow(`share of the pixels must be`);
    }
    expect(() => pixelDropout({ share: 1 })).toThrow(
      new RangeError('share of the pixels must be below 1; got 1'),
    );
  });
});
