import { existsSync } from 'node:fs';
import { must } from '../core/check.ts';
import type { Dataset } from './dataset.ts';
import { fashionMnist, findFashion } from './fashion.ts';
import { findIdx, idxFolder, type Part } from './folder.ts';
import { findMnist, mnist } from './mnist.ts';

/**
 * The data that a user names: `mnist`, `fashion`, or a folder of IDX files (one called mnist is `./mnist`).
 *
 * @throws {Error} when it is neither, or cannot be read
 */
export async function namedData(name: string, part: Part): Promise<Dataset> {
  if (name === 'mnist') return mnist(part);
  if (name === 'fashion') return fashionMnist(part);
  must(existsSync(name), 'data', "'mnist', 'fashion' or a folder of IDX files", name);
  return idxFolder(name, part);
}

/** Whether a dataset is on this machine: where, or why not. */
export interface DataPlace {
  readonly name: string;
  readonly found: boolean;
  readonly path?: string;
  readonly why?: string;
}

/**
 * Where the data are that can be named. Looks for all four files of each; reads none.
 *
 * @param finders  how each is found: a function that gives its folder or throws
 */
export async function whereIsData(
  finders: Readonly<Record<string, () => string>> = { mnist: findMnist, fashion: findFashion },
): Promise<DataPlace[]> {
  return Promise.all(
    Object.entries(finders).map(async ([name, find]) => {
      try {
        const path = find();
        await findIdx(path, 'train');
        await findIdx(path, 'test');
        return { name, found: true, path };
      } catch (error) {
        return { name, found: false, why: (error as Error).message };
      }
    }),
  );
}
