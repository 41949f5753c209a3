import type { Dataset } from './dataset.ts';
import { findFashion } from './fashion.ts';
import type { Part } from './formats/format.ts';
import { findIdx } from './formats/idx-files.ts';
import { findMnist } from './mnist.ts';
import { type ReadOptions, readData } from './reading/read-data.ts';

/**
 * One part of the data that a user names: `mnist`, `fashion`, a file or a folder (one called mnist is `./mnist`).
 *
 * @param options  as for `readData`, which gives both parts at once, and what it found of them
 * @throws {Error} when it is neither, or cannot be read, or has no such part
 */
export async function namedData(name: string, part: Part, options: ReadOptions = {}): Promise<Dataset> {
  const { [part]: found, name: shown } = await readData(name, options);
  if (found !== undefined) return found;
  throw new Error(
    part === 'train'
      ? `${shown} must have samples to learn from; got a test set alone`
      : `${shown} must have a test set; got samples to learn from alone: draw one with testSplit`,
  );
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
