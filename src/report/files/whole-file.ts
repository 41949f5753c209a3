import { open, rename, rm } from 'node:fs/promises';
import { threadId } from 'node:worker_threads';

let written = 0;

/**
 * Writes a file that is whole or not there: into another name beside it, flushed to the disk, then renamed. Whoever
 * opens `path` meanwhile finds what stood there before.
 *
 * @param path    the name the file gets; a file of this name is replaced
 * @param chunks  the content in order; each is asked for when the one before it is written
 * @throws {Error} as the file system says; nothing is left behind
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
    await rm(beside, { force: true });
    throw error;
  }
}
