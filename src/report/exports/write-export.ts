import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { must, printableLine } from '../../core/check.ts';
import { writeWhole } from '../files/whole-file.ts';
import type { ExportFile } from './export.ts';

/** A file that was written. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Writes files into a folder, which is made where it is missing; each whole or not at all.
 *
 * @param force  whether files that are there are replaced
 * @throws {RangeError} when two files have one name, or one is there and `force` is false; nothing is written then
 * @throws {Error} with the file's name, as the file system says
 */
export async function writeExport(
  folder: string,
  files: readonly ExportFile[],
  force: boolean,
): Promise<WrittenFile[]> {
  const paths = files.map(({ name }) => join(folder, name));
  const twice = paths.find((path, i) => paths.indexOf(path) !== i);
  must(twice === undefined, 'files of an export', 'of different names', printableLine(twice ?? ''));
  const there = force ? undefined : paths.find((path) => existsSync(path));
  if (there !== undefined)
    throw new RangeError(
      `out must be a folder without the files that are written, or given with --force; got ${printableLine(there)}, which is there`,
    );
  const written: WrittenFile[] = [];
  for (const [i, { chunks }] of files.entries()) {
    await mkdir(dirname(paths[i]), { recursive: true });
    let bytes = 0;
    await writeWhole(
      paths[i],
      counted(chunks, (length) => {
        bytes += length;
      }),
    );
    written.push({ path: paths[i], bytes });
  }
  return written;
}

function* counted(
  chunks: Iterable<Uint8Array | string>,
  add: (bytes: number) => void,
): Generator<Uint8Array | string> {
  for (const chunk of chunks) {
    add(Buffer.byteLength(chunk));
    yield chunk;
  }
}
