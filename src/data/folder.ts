import { basename, resolve } from 'node:path';
import { type Dataset, dataset } from './dataset.ts';
import type { Part, RawLabels } from './formats/format.ts';
import { findIdx, readIdxLabels, readIdxPair } from './formats/idx-files.ts';
import { classLabels, inOrder } from './reading/classes.ts';
import { scaled, scalingOf } from './reading/scaling.ts';

export type { Part } from './formats/format.ts';

/**
 * A dataset from a folder with the four files of MNIST under their usual names: `train-` or `t10k-`, then
 * `images-idx3-ubyte` and `labels-idx1-ubyte`, with `-` or `.` before idx, plain or `.gz`. Plain goes first.
 *
 * @param options  `name`: what reports and errors call the data; the folder's own name if not given;
 *   `classes`: labels are 0 … classes − 1; left out, the labels that are learned from are counted and named
 * @throws {Error} when a file is missing (says which names were looked for), is no IDX file, or the two disagree
 */
export async function idxFolder(
  dir: string,
  part: Part,
  { name = basename(resolve(dir)), classes }: { name?: string; classes?: number } = {},
): Promise<Dataset> {
  const paths = await findIdx(dir, part);
  const raw = await readIdxPair(paths, {});
  const { width } = raw;
  const own = raw.labels as RawLabels;
  const images = scaled(raw.features, scalingOf(raw, 'auto'));
  if (classes !== undefined) return dataset({ name, width, classes, images, labels: numbered(own) });
  const learned = part === 'train' ? undefined : await findIdx(dir, 'train').catch(() => undefined);
  const classNames = inOrder((learned === undefined ? own : await readIdxLabels(learned)).names);
  const labels = classLabels(own, classNames, name);
  return dataset({ name, width, classes: classNames.length, classNames, images, labels });
}

/** The labels themselves, where nobody names classes. */
function numbered({ names, codes }: RawLabels): Uint8Array | Uint16Array {
  const values = names.map(Number);
  const all = Uint16Array.from(codes, (code) => values[code]);
  return values.some((value) => value > 255) ? all : Uint8Array.from(all);
}
