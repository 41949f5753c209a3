import { describe, expect, it } from 'vitest';
import { checkDataset, dataset, firstOf, slice } from '../../src/data/dataset.ts';

const small = () =>
  dataset({
    name: 'small',
    width: 2,
    classes: 3,
    images: Uint8Array.of(1, 2, 3, 4, 5, 6),
    labels: Uint8Array.of(0, 2, 1),
  });

describe('a dataset', () => {
  it('counts its labels', () => {
    expect(small()).toMatchObject({ name: 'small', count: 3, width: 2, classes: 3 });
  });

  it('names the first label that is no class, where it stands, and the rule', () => {
    const labels = Uint8Array.of(1, 9, 10, 77);
    expect(() => dataset({ name: 'bad', width: 1, classes: 10, images: new Uint8Array(4), labels })).toThrow(
      new RangeError('label 2 of bad must be a class from 0 to 9; got 10'),
    );
  });

  it('refuses images that are not count × width long', () => {
    expect(() => dataset({ ...small(), images: new Uint8Array(5) })).toThrow(
      new RangeError('images of small must be 3 labels × 2 = 6 pixels; got 5'),
    );
  });

  it('refuses to be empty', () => {
    expect(() => dataset({ ...small(), images: new Uint8Array(0), labels: new Uint8Array(0) })).toThrow(
      new RangeError('count of small must be a whole number of samples, 1 or more; got 0'),
    );
  });

  it('refuses a width or a number of classes that makes no sense', () => {
    expect(() => dataset({ ...small(), width: 1.5 })).toThrow(
      new RangeError('width of small must be a whole number of pixels, 1 or more; got 1.5'),
    );
    for (const classes of [0, 65_537, 2.5]) {
      expect(() => dataset({ ...small(), classes })).toThrow(
        new RangeError(`classes of small must be a whole number from 1 to 65536; got ${classes}`),
      );
    }
  });

  it('made by hand is refused where an array is of another type, too short, or holds a label that is no class', () => {
    const says = (change: object, text: string) =>
      expect(() => checkDataset({ ...small(), ...change })).toThrow(new RangeError(text));
    says({ labels: Uint8Array.of(0, 2, 255) }, 'label 2 of small must be a class from 0 to 2; got 255');
    says({ labels: Uint8Array.of(0) }, 'labels of small must be 3, one a sample; got 1');
    says({ labels: [0, 2, 1] }, "labels of small must be a Uint8Array or a Uint16Array; got 'Array'");
    says(
      { images: new Float64Array(6) },
      "images of small must be a Uint8Array or a Float32Array; got 'Float64Array'",
    );
    says({ images: undefined }, "images of small must be a Uint8Array or a Float32Array; got 'undefined'");
    says({ width: Number.NaN }, 'width of small must be a whole number of pixels, 1 or more; got NaN');
    says({ count: 2 }, 'labels of small must be 2, one a sample; got 3');
  });

  it('has up to 65,536 classes, with labels of 16 bits', () => {
    const labels = Uint16Array.of(0, 65_535, 300);
    expect(dataset({ ...small(), classes: 65_536, labels }).labels).toBe(labels);
    expect(() => dataset({ ...small(), classes: 300, labels: Uint16Array.of(0, 299, 300) })).toThrow(
      new RangeError('label 2 of small must be a class from 0 to 299; got 300'),
    );
  });

  it('leaves floats that are not finite for the stage to report', () => {
    const images = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, 0, 0, 0, 0);
    expect(dataset({ ...small(), images }).images).toBe(images);
  });
});

describe('a slice', () => {
  it('views the samples from start up to, not including, end', () => {
    const whole = small();
    const part = slice(whole, 1, 3);
    expect(part).toEqual({
      ...whole,
      count: 2,
      images: Uint8Array.of(3, 4, 5, 6),
      labels: Uint8Array.of(2, 1),
    });
    expect(part.images.buffer).toBe(whole.images.buffer);
  });

  it('must lie within the dataset and hold a sample', () => {
    expect(() => slice(small(), -1, 2)).toThrow('start of a slice must be a whole number, 0 or more; got -1');
    expect(() => slice(small(), 2, 2)).toThrow('end of a slice must be a whole number, 3 or more; got 2');
    expect(() => slice(small(), 0, 4)).toThrow(
      new RangeError('end of a slice must be at most 3, the samples of small; got 4'),
    );
  });
});

describe('firstOf', () => {
  it('takes the first samples, up to all of them', () => {
    expect(firstOf(small(), 2)).toEqual(slice(small(), 0, 2));
    expect(firstOf(small(), 3)).toEqual(small());
  });

  it('refuses a limit above the count, and below 1', () => {
    expect(() => firstOf(small(), 4)).toThrow(
      new RangeError('limit must be at most 3, the samples of small; got 4'),
    );
    expect(() => firstOf(small(), 0)).toThrow(
      new RangeError('limit must be a whole number of samples, 1 or more; got 0'),
    );
  });
});
