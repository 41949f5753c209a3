import { type FileHandle, open } from 'node:fs/promises';

/**
 * Bytes of a file of lines that are gone on with: up to its last line end, without the last lines that do not stay; 0 where
 * there is no file.
 *
 * @param stays  whether a line stays; asked of the last one first, until one does
 * @throws {Error} as the file system says
 */
export async function bytesToKeep(
  path: string,
  stays: (line: string) => boolean = () => true,
): Promise<number> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return 0;
  try {
    let end = await lineStart(file, (await file.stat()).size);
    while (end > 0) {
      const start = await lineStart(file, end - 1);
      const line = Buffer.alloc(end - 1 - start);
      await file.read(line, 0, line.length, start);
      if (stays(line.toString('utf8'))) break;
      end = start;
    }
    return end;
  } finally {
    await file.close();
  }
}

/** Where the line begins that the byte at `end` belongs to: behind the last line end before it. */
async function lineStart(file: FileHandle, end: number): Promise<number> {
  const piece = Buffer.alloc(1 << 16);
  for (let to = end; to > 0; ) {
    const start = Math.max(0, to - piece.length);
    const { bytesRead } = await file.read(piece, 0, to - start, start);
    const last = piece.subarray(0, bytesRead).lastIndexOf(10);
    if (last >= 0) return start + last + 1;
    to = start;
  }
  return 0;
}
