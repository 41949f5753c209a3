import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The first file that can be used, and why those before it can't. */
export interface UsableFile {
  readonly path: string | undefined;
  /** one clause a file: `train-images-idx3-ubyte is a folder` */
  readonly passedOver: readonly string[];
}

/**
 * The first of some files that is regular, readable and not empty. A folder that holds a file of its own name, as archives are
 * unpacked on some machines, is the last resort.
 *
 * @param names  in a folder `dir`, the preferred one first
 */
export async function usableFile(dir: string, names: readonly string[]): Promise<UsableFile> {
  const passedOver: string[] = [];
  const nested: string[] = [];
  for (const name of names) {
    const why = await whyNot(join(dir, name));
    if (why === undefined) return { path: join(dir, name), passedOver };
    passedOver.push(`${name} is ${why}`);
    if (why === 'a folder') nested.push(join(name, name), join(name, name.replace(/\.gz$/, '')));
  }
  for (const name of nested)
    if ((await whyNot(join(dir, name))) === undefined) return { path: join(dir, name), passedOver: [] };
  return { path: undefined, passedOver };
}

async function whyNot(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return 'a folder';
    if (!found.isFile()) return 'no regular file';
    if (found.size === 0) return 'empty';
    await access(path, constants.R_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT'
      ? 'a link to nothing'
      : code === 'EACCES'
        ? 'not readable'
        : `not readable (${code})`;
  }
}
