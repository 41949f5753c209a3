import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { allWrong } from '../../src/negatives/all-wrong.ts';
import { hardLabel } from '../../src/negatives/hard-label.ts';
import { hybridMask } from '../../src/negatives/hybrid-mask.ts';
import { masked } from '../../src/negatives/masked.ts';
import type { ImageNegativesPlan } from '../../src/negatives/negative.ts';
import { permutedPixels } from '../../src/negatives/permuted-pixels.ts';
import { sameClass } from '../../src/negatives/same-class.ts';
import { whiteNoise } from '../../src/negatives/white-noise.ts';
import { countsOf } from './draws.ts';

const [side, rows, classes] = [28, 40, 4];
const width = side * side;
/** Image r is r + 1 everywhere, and of class r mod 4. */
const images = Uint8Array.from({ length: rows * width }, (_, i) => Math.floor(i / width) + 1);
const labels = Uint16Array.from({ length: rows }, (_, r) => r % classes);

async function drawn(
  plan: ImageNegativesPlan,
  of: { images: Uint8Array | Float32Array; labels: Uint16Array; rows: number } = { images, labels, rows },
) {
  const into = of.images.slice().fill(0);
  (await make(plan)).drawImages({ ...of, width }, random(3), into);
  return Array.from({ length: of.rows }, (_, r) => [...into.subarray(r * width, (r + 1) * width)]);
}

/** Of two neighbouring pixels, how often both are of one image. */
const alike = (image: number[]) =>
  image.filter((pixel, j) => j % side > 0 && pixel === image[j - 1]).length / (side * (side - 1));

describe('a hybrid mask', () => {
  it('mixes a sample with one other, half and half over many', async () => {
    const all = await drawn(hybridMask({ blurs: 1 }));
    for (const [r, image] of all.entries()) {
      const found = new Set(image);
      expect(found.size).toBe(2);
      expect(found.has(r + 1)).toBe(true);
    }
    const share = all.flatMap((image, r) => image.filter((pixel) => pixel === r + 1)).length / (rows * width);
    // ties at ½ go to the sample: the sum of nine bits by their weights of 1/16 is ½ so often
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThan(0.62);
  });

  it('of no blur is a mask of independent bits', async () => {
    const all = (await drawn(hybridMask({ blurs: 0 }))).flatMap((image, r) =>
      image.map((pixel) => pixel === r + 1),
    );
    expect(all.filter(Boolean).length / all.length).toBeCloseTo(0.5, 1);
    const mean = (await drawn(hybridMask({ blurs: 0 }))).reduce((sum, image) => sum + alike(image), 0) / rows;
    expect(mean).toBeCloseTo(0.5, 1);
  });

  it('has larger patches with more blurs: two neighbours are alike as the arcsine of their correlation says', async () => {
    // after k blurs pixels n apart correlate by C(4k, 2k+n) / C(4k, 2k); cut at ½ they are alike with 1 − acos(ρ)/π
    for (const blurs of [4, 10]) {
      const correlation = (2 * blurs) / (2 * blurs + 1);
      const mean = (await drawn(hybridMask({ blurs }))).reduce((sum, image) => sum + alike(image), 0) / rows;
      expect(mean).toBeCloseTo(1 - Math.acos(correlation) / Math.PI, 1.3);
    }
  });

  it('takes its partner from the class it is told', async () => {
    for (const [partner, agrees] of [
      ['same class', true],
      ['other class', false],
    ] as const)
      for (const [r, image] of (await drawn(hybridMask({ partner }))).entries()) {
        const others = [...new Set(image)].filter((pixel) => pixel !== r + 1);
        expect(others.map((pixel) => (pixel - 1) % classes === r % classes)).toEqual([agrees]);
      }
  });

  it('is never the sample, however large its patches', async () => {
    for (const [r, image] of (await drawn(hybridMask({ blurs: 100 }))).entries())
      expect(image.every((pixel) => pixel === r + 1)).toBe(false);
  });

  it('needs square images, and options in their range', async () => {
    const made = await make(hybridMask());
    expect(() => made.mustSuit?.(10)).toThrow(
      'width of images for negatives by patches must be a square number of pixels; got 10',
    );
    expect(() => hybridMask({ blurs: -1 })).toThrow('blurs must be a whole number, 0 or more; got -1');
    expect(() => hybridMask({ partner: 'none' as never })).toThrow(
      "partner must be 'any', 'other class' or 'same class'; got 'none'",
    );
  });
});

describe('other images', () => {
  it('same class: another sample of the class, every one of them as often, or any where there is none', async () => {
    const all = await drawn(sameClass());
    for (const [r, [pixel]] of all.entries()) {
      expect(pixel).not.toBe(r + 1);
      expect((pixel - 1) % classes).toBe(r % classes);
    }
    const two = { images: images.slice(0, 2 * width), labels: Uint16Array.of(0, 1), rows: 2 };
    expect((await drawn(sameClass(), two)).map(([pixel]) => pixel)).toEqual([2, 1]);
  });

  it('white noise: uniform from the least to the greatest pixel, in bytes and in floats', async () => {
    const noise = (await drawn(whiteNoise())).flat();
    expect([Math.min(...noise), Math.max(...noise)]).toEqual([1, 40]);
    expect(noise.reduce((sum, x) => sum + x) / noise.length).toBeCloseTo(20.5, 0);
    const floats = { images: Float32Array.from(images, (x) => x / 40 - 1), labels, rows };
    const values = (await drawn(whiteNoise(), floats)).flat();
    const mean = values.reduce((sum, x) => sum + x) / values.length;
    expect(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length).toBeCloseTo(
      0.975 ** 2 / 12,
      3,
    );
  });

  it('permuted pixels: the same pixels, in another order for each', async () => {
    const ramp = Uint8Array.from({ length: 2 * width }, (_, i) => i % 251);
    const [one, other] = await drawn(permutedPixels(), { images: ramp, labels, rows: 2 });
    const sorted = (of: number[] | Uint8Array) => [...of].sort((a, b) => a - b);
    expect(sorted(one)).toEqual(sorted(ramp.subarray(0, width)));
    expect(sorted(other)).toEqual(sorted(ramp.subarray(width)));
    expect(one.filter((pixel, j) => pixel === ramp[j]).length).toBeLessThan(20);
  });

  it('masked: so large a share is 0, the rest as it was', async () => {
    const all = (await drawn(masked({ share: 0.2 }))).map((image, r) =>
      image.map((pixel) => pixel / (r + 1)),
    );
    const zeros = all.flat().filter((x) => x === 0).length;
    expect(zeros / (rows * width)).toBeCloseTo(0.2, 1.7);
    expect(all.flat().every((x) => x === 0 || x === 1)).toBe(true);
    expect(() => masked({ share: 0 })).toThrow('share of masked pixels must be above 0 and at most 1; got 0');
  });
});

describe('labels', () => {
  it('all wrong: each as often as the others in every run of as many samples', async () => {
    expect(countsOf(await make(allWrong()), 3, new Array<number>(10).fill(0), 18)).toEqual([
      2, 2, 2, 0, 2, 2, 2, 2, 2, 2,
    ]);
  });

  it('hard: of sharpness 0 any, of a great one the most plausible', async () => {
    expect(countsOf(await make(hardLabel({ sharpness: 100 })), 0, [9, 1, 3, 2], 50)).toEqual([0, 0, 50, 0]);
    const counts = countsOf(await make(hardLabel({ sharpness: 0 })), 0, [9, 1, 3, 2], 3000);
    for (const count of counts.slice(1)) expect(Math.abs(count - 1000)).toBeLessThan(130);
    expect(() => hardLabel({ sharpness: -1 })).toThrow(
      'sharpness must be a finite number, 0 or more; got -1',
    );
  });
});
