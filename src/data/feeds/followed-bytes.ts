import { type FileHandle, open, stat } from 'node:fs/promises';
import { openFile } from '../formats/file-bytes.ts';

/** bytes read at a time */
const piece = 2 ** 16;

export interface FollowOptions {
  /** ends the reading at once */
  readonly signal: AbortSignal;
  /** waits until there may be more; a timer, where it is not given by a test */
  readonly wait: () => Promise<void>;
}

/**
 * The bytes of a file as it grows, without end. Where another file takes its name, or it is cut shorter, reading goes on at the beginning of
 * what is there then, as `tail -F` does; it goes on waiting where nothing is there.
 *
 * @throws {Error} one sentence, when there is no such file at first, or it is packed
 */
export async function* followedBytes(
  path: string,
  { signal, wait }: FollowOptions,
): AsyncGenerator<Buffer, void> {
  let handle: FileHandle | undefined = await openFile(path);
  let position = 0;
  try {
    while (!signal.aborted) {
      const chunk = handle && (await pieceAt(handle, position));
      if (chunk !== undefined) {
        if (position === 0 && chunk[0] === 0x1f && chunk[1] === 0x8b)
          throw new Error(`${path} must be a plain file where it is followed; got gzip`);
        position += chunk.length;
        yield chunk;
      } else if (await isOther(path, handle, position)) {
        await handle?.close();
        handle = undefined;
        handle = await open(path).catch(() => undefined);
        position = 0;
        if (handle === undefined) await wait();
      } else await wait();
    }
  } finally {
    await handle?.close();
  }
}

async function pieceAt(handle: FileHandle, position: number): Promise<Buffer | undefined> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(piece), 0, piece, position);
  return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead);
}

/** Whether the name belongs to another file by now, or the file has been cut shorter. */
async function isOther(path: string, handle: FileHandle | undefined, position: number): Promise<boolean> {
  const named = await stat(path).catch(() => undefined);
  if (named === undefined) return false;
  if (handle === undefined) return true;
  const held = await handle.stat();
  return named.ino !== held.ino || named.dev !== held.dev || held.size < position;
}
