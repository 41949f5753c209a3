import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** bytes of one file, unpacked, at most */
export const mostBytes = 2e9;

/**
 * Opens a regular file. Asked before opening, because opening a named pipe waits for a writer.
 *
 * @throws {Error} one sentence, when there is none, or it is a folder or a device
 */
export async function openFile(path: string): Promise<FileHandle> {
  try {
    if ((await stat(path)).isFile()) return await open(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const got = code === 'ENOENT' ? 'none' : code;
    throw new Error(`${path} must be a file that can be read; got ${got}`, { cause });
  }
  throw new Error(`${path} must be a file; got a folder or a device`);
}

/** The bytes of an open file, unpacked where it is gzip, which its first bytes tell. */
export async function bytesFrom(handle: FileHandle): Promise<{ bytes: Readable; end(): void }> {
  const packed = await isGzip(handle);
  const { size } = await handle.stat();
  const file = handle.createReadStream({ start: 0, highWaterMark: Math.min(size + 1, 2 ** 20) });
  const bytes = packed ? file.pipe(createGunzip({ chunkSize: 2 ** 18 })) : file;
  // pipe() hands on no errors, and stream.pipeline() hides ours behind an AbortError
  if (packed) file.on('error', (error) => bytes.destroy(error));
  return {
    bytes,
    end() {
      bytes.destroy();
      file.destroy();
    },
  };
}

async function isGzip(handle: FileHandle): Promise<boolean> {
  const { buffer } = await handle.read(new Uint8Array(2), 0, 2, 0);
  return buffer[0] === 0x1f && buffer[1] === 0x8b;
}

/**
 * All bytes of a file, unpacked where it is gzip. Memory grows with the bytes that arrive.
 *
 * @param most  stop after so many bytes; left out, more than the limit is an error
 * @throws {Error} one sentence with the path: no file, a damaged gzip stream, or too many bytes
 */
export async function readBytes(path: string, most?: number): Promise<Buffer> {
  const handle = await openFile(path);
  try {
    if (!(await isGzip(handle))) return await plainBytes(handle, path, most);
    const { bytes, end } = await bytesFrom(handle);
    const parts: Buffer[] = [];
    let got = 0;
    try {
      for await (const chunk of bytes as AsyncIterable<Buffer>) {
        parts.push(chunk);
        got += chunk.length;
        if (most !== undefined && got >= most) break;
        if (got > mostBytes) throw new Error(`${path} must hold at most ${mostBytes} bytes; got more`);
      }
    } catch (cause) {
      throw damaged(path, cause as NodeJS.ErrnoException);
    } finally {
      end();
    }
    return Buffer.concat(parts).subarray(0, most);
  } finally {
    await handle.close();
  }
}

async function plainBytes(handle: FileHandle, path: string, most: number | undefined): Promise<Buffer> {
  const { size } = await handle.stat();
  if (most === undefined && size > mostBytes)
    throw new Error(`${path} must hold at most ${mostBytes} bytes; got ${size}`);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(size, most ?? size)), {
    position: 0,
  });
  return buffer.subarray(0, bytesRead);
}

/** What a stream's error says of the file; an error that is no stream's stays as it is. */
export function damaged(path: string, cause: NodeJS.ErrnoException): Error {
  if (cause.code === undefined) return cause;
  if (cause.code === 'Z_BUF_ERROR')
    return new Error(`truncated: ${path} must hold a whole gzip stream; got a part of one`, { cause });
  return new Error(`damaged: ${path} must be readable to its end; got '${cause.message}'`, { cause });
}
