import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { must } from '../core/check.ts';
import { type Dataset, dataset } from './dataset.ts';
import { readIdx } from './idx.ts';

/** What is learned from, or what is only predicted. */
export type Part = 'train' | 'test';

/**
 * A dataset from a folder with the four files of MNIST under their usual names: `train-` or `t10k-`, then
 * `images-idx3-ubyte` and `labels-idx1-ubyte`, with `-` or `.` before idx, plain or `.gz`. Plain goes first.
 *
 * @param options.name     what reports and errors call the data; the folder's own name if not given
 * @param options.classes  labels must be below it
 * @throws {Error} when a file is missing (says which names were looked for), is no IDX file, or the two disagree
 */
export async function idxFolder(
  dir: string,
  part: Part,
  { name = basename(resolve(dir)), classes = 10 } = {},
): Promise<Dataset> {
  const paths = await findIdx(dir, part);
  const [images, labels] = await Promise.all([readIdx(paths.images), readIdx(paths.labels)]);
  const [count, ...sides] = images.shape;
  if (sides.length === 0) throw new Error(`${paths.images} must have 2 dimensions or more; got 1`);
  if (labels.shape.length !== 1) {
    throw new Error(`${paths.labels} must have 1 dimension; got ${labels.shape.length}`);
  }
  if (labels.shape[0] !== count) {
    throw new Error(`${paths.labels} must hold a label for each of ${count} images; got ${labels.shape[0]}`);
  }
  const width = sides.reduce((a, b) => a * b);
  return dataset({ name, width, classes, images: images.data, labels: labels.data });
}

/**
 * Where the two files of a part are, without reading them.
 *
 * @throws {Error} when the folder or a file is missing
 */
export async function findIdx(dir: string, part: Part): Promise<{ images: string; labels: string }> {
  must(part === 'train' || part === 'test', 'part of a dataset', "'train' or 'test'", part);
  const files = await readdir(dir).catch((cause: NodeJS.ErrnoException) => {
    const got = cause.code === 'ENOENT' ? 'none' : cause.code;
    throw new Error(`${dir} must be a folder of IDX files; got ${got}`, { cause });
  });
  const prefix = part === 'train' ? 'train' : 't10k';
  const find = (what: string) => {
    const plain = [`${prefix}-${what}-ubyte`, `${prefix}-${what.replace('-idx', '.idx')}-ubyte`];
    const names = [...plain, ...plain.map((name) => `${name}.gz`)];
    const found = names.find((name) => files.includes(name));
    if (found === undefined) throw new Error(`${dir} must hold one of ${names.join(', ')}; got none of them`);
    return join(dir, found);
  };
  return { images: find('images-idx3'), labels: find('labels-idx1') };
}
