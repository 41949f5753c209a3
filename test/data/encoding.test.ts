import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelOverlay, neutralScale, overlay, pixels } from '../../src/data/encoding.ts';
import { idxFolder } from '../../src/data/folder.ts';

const small = await idxFolder(fileURLToPath(new URL('../../fixtures/mnist', import.meta.url)), 'train');

const meanSquare = (row: ArrayLike<number>) =>
  Array.from(row).reduce((sum, x) => sum + x * x, 0) / row.length;

/** The overlay as the paper puts it: blank, write the label, then divide the whole row by its root mean square. */
function straightforward(image: number[], label: number, classes: number, strength: number): number[] {
  const row = image.map((p, j) => (j < classes ? (j === label ? strength : 0) : p));
  const rms = Math.sqrt(meanSquare(row));
  return row.map((x) => x / rms);
}

const cases = fc.record({
  classes: fc.integer({ min: 1, max: 12 }),
  strength: fc.double({ min: 0.05, max: 20, noNaN: true }),
  image: fc.uint8Array({ minLength: 13, maxLength: 60 }),
});

const close = (got: ArrayLike<number>, expected: number[]) => {
  expect(got.length).toBe(expected.length);
  expected.forEach((x, j) => {
    expect(Math.abs(got[j] - x)).toBeLessThanOrEqual(2e-7 * Math.abs(x));
  });
};

describe('pixels', () => {
  it('are bytes divided by 255, and no place for a label', () => {
    const row = new Float32Array(3);
    expect(pixels().encode(Uint8Array.of(9, 9, 9, 0, 51, 255), 1, row)).toBe(0);
    close(row, [0, 0.2, 1]);
  });

  it('are floats as they are', () => {
    const row = new Float32Array(2);
    pixels().encode(Float32Array.of(0, 0, -3.5, Number.NaN), 1, row);
    expect([...row]).toEqual([-3.5, Number.NaN]);
  });

  it('belong to a sample that is there', () => {
    for (const index of [-1, 2, 0.5]) {
      expect(() => pixels().encode(new Uint8Array(4), index, new Float32Array(2))).toThrow(
        new RangeError(`index of a sample must be from 0 to 1; got ${index}`),
      );
    }
  });
});

describe('the label overlay', () => {
  it('gives the row that blanking, labelling and normalising gives', () => {
    fc.assert(
      fc.property(cases, fc.nat(), fc.boolean(), ({ classes, strength, image }, pick, floats) => {
        const label = pick % classes;
        const row = new Float32Array(image.length).fill(5);
        const images = floats ? Float32Array.from(image, (p) => p / 255) : image;
        const amplitude = labelOverlay({ classes, strength }).encode(images, 0, row);
        overlay(row, amplitude, label, classes);
        const values = Array.from(images, (p) => (floats ? p : p / 255));
        close(row, straightforward(values, label, classes, strength));
      }),
    );
  });

  it('leaves Hinton’s first ten pixels 0, whatever stood there, and never looks at them', () => {
    const encoding = labelOverlay();
    const [clean, dirty] = [new Float32Array(784), new Float32Array(784).fill(3)];
    const image = Uint8Array.from(small.images.subarray(0, 784));
    const amplitude = encoding.encode(image, 0, clean);
    image.fill(255, 0, 10);
    expect(encoding.encode(image, 0, dirty)).toBe(amplitude);
    expect(dirty).toEqual(clean);
    expect(clean.subarray(0, 10)).toEqual(new Float32Array(10));
  });

  it('has root mean square 1 with its label, on real digits', () => {
    const row = new Float32Array(784);
    for (let i = 0; i < small.count; i++) {
      const amplitude = labelOverlay().encode(small.images, i, row);
      overlay(row, amplitude, small.labels[i]);
      expect(meanSquare(row)).toBeCloseTo(1, 6);
    }
  });

  it('returns √d for a blank image: the label is all there is', () => {
    expect(labelOverlay().encode(new Uint8Array(784), 0, new Float32Array(784))).toBe(28);
  });

  it('hands on floats that are not finite, for the stage to report', () => {
    const row = new Float32Array(12);
    const images = new Float32Array(12).fill(1);
    images[11] = Number.NaN;
    expect(labelOverlay().encode(images, 0, row)).toBeNaN();
    expect(row[11]).toBeNaN();
  });

  it('needs a row wider than the label, whole classes and a strength above 0', () => {
    expect(() => labelOverlay().encode(new Uint8Array(10), 0, new Float32Array(10))).toThrow(
      new RangeError("width must be more than 10, the label's pixels; got 10"),
    );
    expect(() => labelOverlay().encode(new Uint8Array(24), 2, new Float32Array(12))).toThrow(
      new RangeError('index of a sample must be from 0 to 1; got 2'),
    );
    expect(() => labelOverlay({ classes: 0 })).toThrow('classes must be a whole number, 1 or more; got 0');
    expect(() => labelOverlay({ strength: 0 })).toThrow('strength must be a number from 1e-6 to 1e6; got 0');
    expect(() => labelOverlay({ strength: 1e300 })).toThrow(
      'strength must be a number from 1e-6 to 1e6; got 1e+300',
    );
  });
});

describe('overlay', () => {
  it('moves the hot pixel when it is written again', () => {
    const row = new Float32Array(12).fill(1, 10);
    overlay(row, 4, 9);
    overlay(row, 4, 2);
    expect([...row]).toEqual([0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  });

  it('refuses a label that is no class', () => {
    for (const label of [10, -1, 1.5]) {
      expect(() => overlay(new Float32Array(12), 1, label)).toThrow(
        new RangeError(`label must be a class from 0 to 9; got ${label}`),
      );
    }
  });
});

describe('the neutral scale', () => {
  it('gives root mean square 1 with k / classes in each label pixel, whatever k', () => {
    fc.assert(
      fc.property(cases, ({ classes, strength, image }) => {
        const row = new Float32Array(image.length);
        const amplitude = labelOverlay({ classes, strength }).encode(image, 0, row);
        const factor = neutralScale(amplitude, image.length, classes);
        const neutral = row.map((x) => x * factor).fill((factor * amplitude) / classes, 0, classes);
        expect(meanSquare(neutral)).toBeCloseTo(1, 5);
        const s = Array.from(image.subarray(classes)).reduce((sum, p) => sum + (p / 255) ** 2, 0);
        const k2 = strength * strength;
        expect(factor / Math.sqrt((s + k2) / (s + k2 / classes))).toBeCloseTo(1, 9);
      }),
    );
  });

  it('is √classes for a blank image', () => {
    expect(neutralScale(28, 784)).toBeCloseTo(Math.sqrt(10), 12);
  });
});
