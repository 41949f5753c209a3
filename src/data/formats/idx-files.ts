import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { must } from '../../core/check.ts';
import { idxType, readIdx } from '../idx.ts';
import { type ArrayGroup, arrayGroups, arrayName } from './array-names.ts';
import { type FileArray, labelsOf, samplesOfArrays } from './array-samples.ts';
import type { DataFormat, Part, RawLabels, RawOptions, RawSamples } from './format.ts';
import { usableFile } from './usable-file.ts';

/** The two files of a part, and those that were passed over for them. */
export interface IdxPaths {
  readonly images: string;
  readonly labels: string;
  readonly passedOver: readonly string[];
}

/** Files of MNIST's kind: images in one, labels in the other, named as MNIST, EMNIST, QMNIST and Kaggle name them. */
export const idx: DataFormat = {
  name: 'IDX',
  accepts: 'IDX',
  fits: ({ kind, head, entries }) => (kind === 'folder' ? entries.some(isIdxName) : isIdx(head)),
  async find({ path, kind, entries }, options) {
    const dir = kind === 'folder' ? path : dirname(path);
    const named = kind === 'folder' ? undefined : basename(path);
    if (named !== undefined && arrayName(named) === undefined)
      throw new Error(
        `${path} must have a name that says images or labels, as train-images-idx3-ubyte does: its partner is found by its name`,
      );
    const names = kind === 'folder' ? entries : await entriesOf(dir);
    const group = groupIn(dir, names, named);
    const train = await pathsOf(dir, group, 'train');
    const test = group.test.features.length > 0 ? await pathsOf(dir, group, 'test') : undefined;
    return {
      parts: {
        train: () => readIdxPair(train, options),
        ...(test && { test: () => readIdxPair(test, options) }),
      },
      passedOver: [...train.passedOver, ...(test?.passedOver ?? [])],
    };
  },
};

function isIdx(head: Buffer): boolean {
  return (
    head.length >= 4 &&
    head[0] === 0 &&
    head[1] === 0 &&
    head[2] >= 8 &&
    head[2] <= 14 &&
    head[3] >= 1 &&
    head[3] <= 4
  );
}

function isIdxName(name: string): boolean {
  return /[-._]idx\d/i.test(name) && arrayName(name) !== undefined;
}

/**
 * Where the two files of a part are, without reading them.
 *
 * @throws {Error} when the folder or a file is missing
 */
export async function findIdx(dir: string, part: Part): Promise<IdxPaths> {
  must(part === 'train' || part === 'test', 'part of a dataset', "'train' or 'test'", part);
  const names = await entriesOf(dir);
  return pathsOf(dir, groupIn(dir, names), part);
}

export async function readIdxPair({ images, labels }: IdxPaths, options: RawOptions): Promise<RawSamples> {
  const [features, truth] = await Promise.all([arrayOf(images), arrayOf(labels)]);
  return samplesOfArrays(features, truth, options, classColumn(truth));
}

/** The labels of a part alone. */
export async function readIdxLabels({ labels }: IdxPaths): Promise<RawLabels> {
  const truth = await arrayOf(labels);
  return labelsOf(truth, truth.shape[0], undefined, classColumn(truth)).labels;
}

/** QMNIST's labels have eight columns, the class first. */
function classColumn({ shape }: FileArray): number | undefined {
  return shape[1] === 8 ? 1 : undefined;
}

async function arrayOf(path: string): Promise<FileArray> {
  const { shape, data } = await readIdx(path);
  return { thing: path, shape, dtype: idxType(data), values: data };
}

async function entriesOf(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((cause: NodeJS.ErrnoException) => {
    const got = cause.code === 'ENOENT' ? 'none' : cause.code;
    throw new Error(`${dir} must be a folder of IDX files; got ${got}`, { cause });
  });
  return names.sort();
}

/** The group that is asked for, the one without a name of its own, or the only one. */
function groupIn(dir: string, entries: readonly string[], named?: string): ArrayGroup {
  const groups = arrayGroups(entries.filter(isIdxName));
  const name = named === undefined ? '' : (arrayName(named)?.group ?? '');
  const found = groups.find(({ group }) => group === name) ?? (groups.length === 1 ? groups[0] : undefined);
  if (found !== undefined) return found;
  if (groups.length === 0) return { group: '', train: nothing, test: nothing };
  throw new Error(
    `${dir} must hold one data set; got ${groups.map(({ group }) => group || 'one without a name').join(', ')}: give one file of it with --data`,
  );
}

const nothing = { features: [], labels: [] };

async function pathsOf(dir: string, { group, ...parts }: ArrayGroup, part: Part): Promise<IdxPaths> {
  const passedOver: string[] = [];
  const find = async (role: 'features' | 'labels'): Promise<string> => {
    const names = parts[part][role].toSorted((a, b) => rank(a) - rank(b));
    const found = await usableFile(dir, names);
    if (found.path === undefined) throw new Error(missing(dir, group, part, role, found.passedOver));
    passedOver.push(...found.passedOver);
    return found.path;
  };
  return { images: await find('features'), labels: await find('labels'), passedOver };
}

/** Plain files go before packed ones, and names with a dash before those with a dot. */
function rank(name: string): number {
  return (name.endsWith('.gz') ? 2 : 0) + (/\.idx\d/.test(name) ? 1 : 0);
}

function missing(
  dir: string,
  group: string,
  part: Part,
  role: 'features' | 'labels',
  found: readonly string[],
): string {
  const what = role === 'features' ? 'images-idx3' : 'labels-idx1';
  const prefix = `${group === '' ? '' : `${group}-`}${part === 'train' ? 'train' : group === '' ? 't10k' : 'test'}`;
  const plain = [`${prefix}-${what}-ubyte`, `${prefix}-${what.replace('-idx', '.idx')}-ubyte`];
  const names = [...plain, ...plain.map((name) => `${name}.gz`)].join(', ');
  return `${dir} must hold one of ${names}; got ${found.join(', ') || 'none of them'}`;
}
