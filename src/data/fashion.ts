import { existsSync } from 'node:fs';
import type { Dataset } from './dataset.ts';
import { idxFolder, type Part } from './folder.ts';

/** Where the Debian and Ubuntu package dataset-fashion-mnist puts its files. */
const DEBIAN = '/usr/share/datasets/fashion-mnist';

/**
 * Fashion-MNIST: 28 × 28 pictures of clothes in ten classes, 60,000 to learn from and 10,000 to test.
 *
 * @param folder  where the four IDX files are; the Debian package's folder if not given
 * @throws {Error} when there is no such folder; says how to install it
 * @see Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747
 */
export async function fashionMnist(part: Part, folder?: string): Promise<Dataset> {
  return idxFolder(folder ?? findFashion(), part, { name: 'fashion' });
}

/**
 * The folder with the files of the Debian package dataset-fashion-mnist.
 *
 * @param folder  where the package puts them
 * @throws {Error} when it is not there
 */
export function findFashion(folder = DEBIAN): string {
  if (existsSync(folder)) return folder;
  throw new Error(
    `Fashion-MNIST must be in ${folder}; got none: run sudo apt-get install dataset-fashion-mnist, or give a folder with --data`,
  );
}
