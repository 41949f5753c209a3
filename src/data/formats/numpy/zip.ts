import { type UnzipFileInfo, unzipSync } from 'fflate';
import { mostBytes, readBytes } from '../file-bytes.ts';

export const zipMagic = Buffer.from('PK\x03\x04', 'latin1');

/** An array in an archive: unpacked when it is asked for. */
export interface Member {
  /** without .npy */
  readonly name: string;
  /** @throws {Error} one sentence, when the archive is damaged here */
  bytes(): Buffer;
}

/** times that deflate can make something smaller, at most */
const mostRatio = 1032;

/**
 * The arrays of an `.npz` archive.
 *
 * Memory is bounded by the file's size and what its directory says an array unpacks to, which must be a size that deflate can reach.
 *
 * @throws {Error} one sentence with the path: no archive, no array in it
 */
export async function npyMembers(path: string): Promise<Member[]> {
  const archive = await readBytes(path);
  const found: UnzipFileInfo[] = [];
  unzip(archive, path, (file) => {
    found.push(file);
    return false;
  });
  const arrays = found.filter(({ name }) => name.endsWith('.npy'));
  if (arrays.length === 0) {
    const names = found.slice(0, 3).map(({ name }) => name.slice(0, 60));
    throw new Error(
      `${path} must be an archive of .npy arrays; got ${names.length === 0 ? 'none' : names.join(', ')}: unpack it and give the folder`,
    );
  }
  return arrays.map(({ name, size, originalSize }) => ({
    name: name.slice(0, -'.npy'.length),
    bytes() {
      if (originalSize > mostBytes || originalSize > mostRatio * size + 1024)
        throw new Error(
          `damaged: ${name} in ${path} must unpack to at most ${mostBytes} bytes, ${mostRatio} times its ${size}; got ${originalSize}`,
        );
      const [bytes] = Object.values(unzip(archive, path, (file) => file.name === name));
      if (bytes === undefined || bytes.length !== originalSize)
        throw new Error(
          `damaged: ${name} in ${path} must unpack to ${originalSize} bytes; got ${bytes?.length ?? 0}`,
        );
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    },
  }));
}

function unzip(
  archive: Buffer,
  path: string,
  filter: (file: UnzipFileInfo) => boolean,
): Record<string, Uint8Array> {
  try {
    return unzipSync(archive, { filter });
  } catch (cause) {
    throw new Error(
      `damaged: ${path} must be an archive that can be unpacked; got '${(cause as Error).message}'`,
      {
        cause,
      },
    );
  }
}
