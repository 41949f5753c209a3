import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type ArrayGroup, arrayGroups, arrayName } from '../array-names.ts';
import { type FileArray, samplesOfArrays } from '../array-samples.ts';
import { readBytes } from '../file-bytes.ts';
import type { DataFormat, Part, RawData, RawOptions } from '../format.ts';
import { usableFile } from '../usable-file.ts';
import { npyMagic, readNpy } from './npy.ts';
import { type Member, npyMembers, zipMagic } from './zip.ts';

/** Arrays as NumPy saves them: features and labels beside each other, as files or in one archive. */
export const numpy: DataFormat = {
  name: 'NumPy',
  accepts: 'NPY or NPZ',
  fits({ kind, head, entries }) {
    if (kind === 'folder') return entries.some(isArrayFile);
    return head.subarray(0, 6).equals(npyMagic) || isZip(head);
  },
  async find({ path, kind, head, entries }, options) {
    if (kind === 'folder') return filesOf(path, entries, undefined, options);
    const members = isZip(head) ? await npyMembers(path) : [];
    if (members.some(({ name }) => arrayName(name) !== undefined)) return membersOf(path, members, options);
    if (members.length > 1)
      throw new Error(
        `${path} must name its arrays x and y, or x_train, y_train, x_test and y_test; got ${members.map(({ name }) => name).join(', ')}`,
      );
    const file = basename(path);
    if (arrayName(file) !== undefined)
      return filesOf(dirname(path), await readdir(dirname(path)), file, options);
    const read = async () => samplesOfArrays(await arrayIn(path), undefined, options);
    return { parts: { train: read }, passedOver: [] };
  },
};

function isZip(head: Buffer): boolean {
  return head.subarray(0, 4).equals(zipMagic);
}

function isArrayFile(name: string): boolean {
  return /\.np[yz](\.gz)?$/i.test(name);
}

/** The arrays of an archive. */
function membersOf(path: string, members: readonly Member[], options: RawOptions): RawData {
  const group = groupIn(
    path,
    members.map(({ name }) => name),
  );
  const read = async (name: string): Promise<FileArray> => {
    const thing = `${name} in ${path}`;
    const member = members.find((one) => one.name === name) as Member;
    return { thing, ...readNpy(member.bytes(), thing) };
  };
  return { parts: partsOf(path, group, read, options), passedOver: [] };
}

/** The arrays of a folder, or the one that is named and its partners. */
async function filesOf(
  dir: string,
  entries: readonly string[],
  named: string | undefined,
  options: RawOptions,
): Promise<RawData> {
  const names = entries.filter(isArrayFile).sort();
  const passedOver: string[] = [];
  const usable: string[] = [];
  for (const name of names) {
    const found = await usableFile(dir, [name]);
    if (found.path !== undefined) usable.push(name);
    else passedOver.push(...found.passedOver);
  }
  const group = groupIn(dir, usable, named);
  return { parts: partsOf(dir, group, (name) => arrayIn(join(dir, name)), options), passedOver };
}

/** The array of a file of one. */
async function arrayIn(path: string): Promise<FileArray> {
  const bytes = await readBytes(path);
  if (!isZip(bytes)) return { thing: path, ...readNpy(bytes, path) };
  const members = await npyMembers(path);
  if (members.length > 1)
    throw new Error(`${path} must hold one array; got ${members.map(({ name }) => name).join(', ')}`);
  return { thing: path, ...readNpy(members[0].bytes(), path) };
}

/** The group of the name that is given, the one without a name of its own, or the only one. */
function groupIn(place: string, names: readonly string[], named?: string): ArrayGroup {
  const groups = arrayGroups(names);
  const own = named === undefined ? undefined : arrayName(named);
  const found =
    groups.find(({ group }) => group === (own?.group ?? '')) ?? (groups.length === 1 ? groups[0] : undefined);
  if (found !== undefined) return found;
  const got =
    groups.length === 0
      ? names.join(', ') || 'none'
      : groups.map(({ group }) => group || 'one without a name').join(', ');
  throw new Error(
    `${place} must hold one data set, its arrays named x and y or x_train, y_train, x_test and y_test; got ${got}`,
  );
}

function partsOf(
  place: string,
  { train, test }: ArrayGroup,
  read: (name: string) => Promise<FileArray>,
  options: RawOptions,
): RawData['parts'] {
  const reader = (part: Part, { features, labels }: ArrayGroup['train']) => {
    if (features.length > 1 || labels.length > 1)
      throw new Error(
        `${place} must hold one array of features and one of labels for each part; got ${[...features, ...labels].join(', ')} for ${part}`,
      );
    return async () =>
      samplesOfArrays(
        await read(features[0]),
        labels.length === 0 ? undefined : await read(labels[0]),
        options,
      );
  };
  if (train.features.length === 0 && test.features.length === 0)
    throw new Error(
      `${place} must hold features (x) beside labels (y); got ${[...train.labels, ...test.labels].join(', ')}`,
    );
  return {
    ...(train.features.length > 0 && { train: reader('train', train) }),
    ...(test.features.length > 0 && { test: reader('test', test) }),
  };
}
