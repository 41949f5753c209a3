import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataset } from '../../src/data/dataset.ts';
import { readTable } from '../../src/data/formats/csv/csv.ts';
import { inOrder } from '../../src/data/reading/classes.ts';
import { labelPlaceFor, withLabelColumns } from '../../src/data/reading/label-columns.ts';
import { pictures } from '../../src/data/reading/picture.ts';
import { readData } from '../../src/data/reading/read-data.ts';
import { scaled, scalingOf } from '../../src/data/reading/scaling.ts';
import { testSplit } from '../../src/data/reading/test-split.ts';

const table = (text: string, options: Parameters<typeof readTable>[2] = {}) =>
  readTable(Readable.from([Buffer.from(text)]), 'table', options);

describe('a table', () => {
  it('has the numbers that were written, however it is cut into chunks and quoted', async () => {
    const cell = fc.oneof(
      fc.integer({ min: -1e6, max: 1e6 }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
    );
    const row = fc.tuple(fc.stringMatching(/^[a-z ,;"]{1,6}$/), cell, cell);
    const written = fc.array(row, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(written, fc.integer({ min: 1, max: 9 }), async (rows, size) => {
        const text = [
          'y,a,b',
          ...rows.map(([label, ...own]) => `"x${label.replaceAll('"', '""')}",${own.join(',')}`),
        ].join('\r\n');
        const bytes = Buffer.from(text);
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        const { labels, features } = await readTable(Readable.from(chunks), 'table', {});
        expect([...(labels?.codes ?? [])].map((code) => labels?.names[code])).toEqual(
          rows.map(([label]) => `x${label}`),
        );
        expect([...features].map((value) => value + 0)).toEqual(
          rows.flatMap(([, ...own]) => own.map((value) => Math.fround(value) + 0)),
        );
      }),
    );
  });

  it('comes from standard input too', async () => {
    const stdin = Readable.from([Buffer.from('a;b;class\n1;2;x\n3;4;y\n')]);
    expect(await readData('-', { stdin })).toMatchObject({
      name: 'standard input',
      classNames: ['x', 'y'],
      train: { images: Float32Array.of(1, 2, 3, 4) },
    });
  });

  it('has its open quotes, hexadecimal and huge numbers refused with the line', async () => {
    await expect(table('y,a\n1,"2\n3,4\n')).rejects.toThrow(
      /^table must be a readable table; got Quote Not Closed/,
    );
    for (const cell of ['0x10', '1e39', 'Infinity', '1 000'])
      await expect(table(`y,a\n1,${cell}\n`)).rejects.toThrow(
        `column 'a' in line 2 of table must be a finite number; got '${cell}'`,
      );
    await expect(table('y,a\n')).rejects.toThrow('table must hold samples; got a header alone');
    await expect(table('\n\n')).rejects.toThrow('table must hold a table; got no line');
  });
});

describe('classes', () => {
  it('are sorted as numbers where all are, else as text', () => {
    expect(inOrder(['10', '9', '-1', '1.5'])).toEqual(['-1', '1.5', '9', '10']);
    expect(inOrder(['10', '9', 'a'])).toEqual(['10', '9', 'a']);
  });
});

const raw = (counts: readonly number[]) => {
  const codes = Uint16Array.from(counts.flatMap((count, code) => Array.from({ length: count }, () => code)));
  const features = Float32Array.from(codes, (_, i) => i);
  const labels = { names: counts.map((_, i) => `${i}`), codes };
  return {
    count: codes.length,
    width: 1,
    shape: [1],
    features,
    dtype: 'text',
    labels,
    missing: 0,
    notes: [],
  };
};

describe('a test set that is drawn', () => {
  it('has of each class the share, rounded, and never all of it; both parts together are all samples, in their order', () => {
    const { train, test } = testSplit(raw([10, 25, 1, 4]), 0.2, 7, 'x');
    expect(
      [...test.labels!.codes].reduce((counts, code) => counts.with(code, counts[code] + 1), [0, 0, 0, 0]),
    ).toEqual([2, 5, 0, 1]);
    expect([...train.features, ...test.features].sort((a, b) => a - b)).toEqual([
      ...raw([10, 25, 1, 4]).features,
    ]);
    for (const part of [train, test])
      expect([...part.features]).toEqual([...part.features].sort((a, b) => a - b));
  });

  it('is the same by the same seed, and another by another', () => {
    const drawn = (seed: number) => [...testSplit(raw([50, 50]), 0.3, seed, 'x').test.features].join();
    expect(drawn(1)).toBe(drawn(1));
    expect(new Set([1, 2, 3, 4].map(drawn)).size).toBe(4);
  });

  it('must have a sample', () => {
    expect(() => testSplit(raw([2, 2]), 0.1, 1, 'x')).toThrow(
      'testSplit must leave a sample of some class of x to test; got 0.1, too small a share',
    );
  });
});

describe('scaling', () => {
  const of = (features: Uint8Array | Float32Array, dtype = 'text', width = 2) => ({ features, dtype, width });

  it('divides by 255 what is stored as bytes or looks like pixels, and nothing else, unless it is told', () => {
    expect(scalingOf(of(Uint8Array.of(0, 1), 'uint8'), 'auto')).toEqual({ by: 255 });
    expect(scalingOf(of(Uint8Array.of(0, 128)), 'auto')).toEqual({ by: 255 });
    expect(scalingOf(of(Uint8Array.of(0, 127)), 'auto')).toEqual({ by: 1 });
    expect(scalingOf(of(Float32Array.of(0.5, 200)), 'auto')).toEqual({ by: 1 });
    expect(scalingOf(of(Uint8Array.of(0, 255)), 'none')).toEqual({ by: 1 });
    expect(scaled(Uint8Array.of(0, 8), { by: 16 })).toEqual(Float32Array.of(0, 0.5));
  });

  it('of columns brings each to 0 … 1, and one that stands still to 0', () => {
    const features = Float32Array.of(1, 5, 3, 5, 2, 5);
    const scaling = scalingOf(of(features), 'columns');
    expect(scaled(features, scaling)).toEqual(Float32Array.of(0, 0, 1, 0, 0.5, 0));
    expect(scaled(Float32Array.of(5, 6), scaling)).toEqual(Float32Array.of(2, 0));
  });
});

describe('the place of a label', () => {
  const made = (images: number[], width: number, classes = 2) =>
    dataset({
      name: 'x',
      width,
      classes,
      images: Float32Array.from(images),
      labels: new Uint8Array(images.length / width),
    });

  it('is over the first pixels of an image or over what is blank, and in front where features would be lost', () => {
    expect(labelPlaceFor(made([1, 2, 3, 4, 5, 6], 3), true)).toBe('over');
    expect(labelPlaceFor(made([1, 2, 3, 1, 2, 6], 3), false)).toBe('over');
    expect(labelPlaceFor(made([1, 2, 3, 1, 9, 6], 3), false)).toBe('front');
    expect(labelPlaceFor(made([1, 2], 2), true)).toBe('front');
  });

  it('in front is a blank column a class before the features', () => {
    expect(withLabelColumns(made([1, 2, 3, 4], 2))).toMatchObject({
      width: 4,
      count: 2,
      images: Float32Array.of(0, 0, 1, 2, 0, 0, 3, 4),
    });
  });
});

describe('a picture', () => {
  it('has two rows of pixels a line and five shades, and none of features that are no image', () => {
    const features = Uint8Array.from({ length: 64 }, (_, i) => (i % 8) * 36);
    const samples = { ...raw([1]), width: 64, shape: [8, 8], features };
    expect(pictures(samples, ['seven'])).toBe(`${' ░░▒▒▓▓█\n'.repeat(4)}seven`);
    expect(pictures({ ...samples, shape: [64] }, ['seven'])).toContain('█');
    expect(pictures({ ...raw([1]), width: 7, shape: [7] }, ['a'])).toBeUndefined();
  });
});
