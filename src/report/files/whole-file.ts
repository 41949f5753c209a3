import { open, rename, rm } from 'node:fs/promises';
import { threadId } from 'node:worker_threads';
import { fileError } from './file-error.ts';

let written = 0;

/**
 * Writes a file whole or not at all: under another name beside it, flushed to the disk, then renamed. Whoever opens
 * `path` meanwhile finds the file that was there before.
 *
 * @param path    the name the file gets; a file of this name is replaced
 * @param chunks  the content in order; each is asked for when the one before it is written
 * @throws {Error} with the file's name, as the file system says; nothing is left behind
 */
export async function writeWhole(path: string, chunks: Iterable<Uint8Array | string>): Promise<void> {
  const beside = `${path}.${process.pid}-${threadId}-${written++}.part`;
  try {
    const file = await open(beside, 'w');
    try {
      for (const chunk of chunks) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    // why the file could not be written says more than why what is left of it could not be removed
    await rm(beside, { force: true }).catch(() => {});
    throw fileError(path, error);
  }
}
