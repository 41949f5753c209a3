import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { idxFolder, type Part } from '../../src/data/folder.ts';
import { findIdx } from '../../src/data/formats/idx-files.ts';
import { writeIdx } from '../../src/data/idx.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'folder-'));
});
afterEach(() => rm(dir, { recursive: true }));

const write = (name: string, shape: number[], value = 0) =>
  writeIdx(join(dir, name), { shape, data: new Uint8Array(shape.reduce((a, b) => a * b)).fill(value) });

describe('a folder of IDX files', () => {
  it('is read under the names of MNIST, with - or . before idx, plain or packed', async () => {
    for (const [images, labels] of [
      ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte.gz'],
      ['train-images.idx3-ubyte', 'train-labels.idx1-ubyte.gz'],
    ]) {
      await write(images, [4, 3, 2], 7);
      await write(labels, [4], 9);
    }
    for (const part of ['train', 'test'] as const) {
      expect(await idxFolder(dir, part)).toEqual({
        name: basename(dir),
        count: 4,
        width: 6,
        classes: 1,
        classNames: ['9'],
        images: new Uint8Array(24).fill(7),
        labels: new Uint8Array(4),
      });
    }
  });

  it('gives the plain file when both are there', async () => {
    for (const end of ['', '.gz']) {
      await write(`train-images-idx3-ubyte${end}`, [1, 1, 1]);
      await write(`train-labels-idx1-ubyte${end}`, [1]);
    }
    expect((await findIdx(dir, 'train')).images).toBe(join(dir, 'train-images-idx3-ubyte'));
  });

  it('says which names were looked for when a file is missing', async () => {
    await write('train-images-idx3-ubyte', [1, 1, 1]);
    await expect(idxFolder(dir, 'train')).rejects.toThrow(
      `${dir} must hold one of train-labels-idx1-ubyte, train-labels.idx1-ubyte, ` +
        'train-labels-idx1-ubyte.gz, train-labels.idx1-ubyte.gz; got none of them',
    );
    await expect(idxFolder(dir, 'test')).rejects.toThrow(/must hold one of t10k-images-idx3-ubyte, /);
  });

  it('must exist and be a folder', async () => {
    const missing = join(dir, 'missing');
    await expect(idxFolder(missing, 'train')).rejects.toThrow(
      `${missing} must be a folder of IDX files; got none`,
    );
    await write('file', [1]);
    await expect(idxFolder(join(dir, 'file'), 'train')).rejects.toThrow(
      /must be a folder of IDX files; got ENOTDIR$/,
    );
  });

  it('must have one label for each image', async () => {
    await write('train-images-idx3-ubyte', [3, 2, 2]);
    await write('train-labels-idx1-ubyte', [2]);
    await expect(idxFolder(dir, 'train')).rejects.toThrow(
      `${join(dir, 'train-labels-idx1-ubyte')} must hold a label for each of 3 images; got 2`,
    );
  });

  it('may not have images and labels in each other’s place', async () => {
    await write('train-images-idx3-ubyte', [3]);
    await write('train-labels-idx1-ubyte', [3, 2, 2]);
    await expect(idxFolder(dir, 'train')).rejects.toThrow(
      /images-idx3-ubyte must have 2 dimensions or more; got 1$/,
    );
    await write('train-images-idx3-ubyte', [3, 2]);
    await expect(idxFolder(dir, 'train')).rejects.toThrow(/labels-idx1-ubyte must have 1 dimension; got 3$/);
  });

  it('has as many classes as it is told', async () => {
    await write('train-images-idx3-ubyte', [2, 2, 2]);
    await write('train-labels-idx1-ubyte', [2], 25);
    await expect(idxFolder(dir, 'train', { name: 'letters', classes: 10 })).rejects.toThrow(
      new RangeError('label 0 of letters must be a class from 0 to 9; got 25'),
    );
    expect((await idxFolder(dir, 'train', { classes: 26 })).classes).toBe(26);
  });

  it('has the parts train and test', async () => {
    await expect(idxFolder(dir, 'valid' as Part)).rejects.toThrow(
      "part of a dataset must be 'train' or 'test'; got 'valid'",
    );
  });
});
