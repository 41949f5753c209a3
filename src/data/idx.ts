import { type FileHandle, open, stat, writeFile } from 'node:fs/promises';
import { createGunzip, gzipSync } from 'node:zlib';
import { must, mustBeWhole } from '../core/check.ts';

/** What an IDX file of unsigned bytes holds. */
export interface Idx {
  /** 1 to 4 sizes, each ≥ 1, slowest first: [60000, 28, 28] */
  readonly shape: readonly number[];
  /** [product of shape] */
  readonly data: Uint8Array;
}

/** More than this is refused, whatever a header claims; the largest EMNIST file is half of it. */
const MOST_BYTES = 2 ** 30;
const MOST_DIMENSIONS = 4;

/**
 * Reads an IDX file of unsigned bytes, plain or gzip (told apart by content). The file is not trusted: memory grows with
 * the bytes that arrive, never with what the header claims, and unpacking stops at the first byte over the claim.
 *
 * @param options.limit  largest file accepted, header included, unpacked, in bytes
 * @throws {Error} one sentence with the path, what must hold and what was found: no file, no IDX file, truncated,
 *   too long, over the limit or a damaged gzip stream
 */
export async function readIdx(path: string, { limit = MOST_BYTES } = {}): Promise<Idx> {
  const handle = await openFile(path);
  try {
    const magic = await handle.read(new Uint8Array(2), 0, 2, 0);
    const packed = magic.buffer[0] === 0x1f && magic.buffer[1] === 0x8b;
    const file = handle.createReadStream({ start: 0, highWaterMark: 2 ** 20 });
    const bytes = packed ? file.pipe(createGunzip({ chunkSize: 2 ** 18 })) : file;
    // pipe() hands on no errors, and stream.pipeline() hides ours behind an AbortError
    if (packed) file.on('error', (error) => bytes.destroy(error));
    try {
      return await collect(path, bytes, limit);
    } finally {
      file.destroy();
    }
  } finally {
    await handle.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // asked before opening, because opening a named pipe waits for a writer
    if ((await stat(path)).isFile()) return await open(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const got = code === 'ENOENT' ? 'none' : code;
    throw new Error(`${path} must be a file that can be read; got ${got}`, { cause });
  }
  throw new Error(`${path} must be a file; got a folder or a device`);
}

async function collect(path: string, chunks: AsyncIterable<Buffer>, limit: number): Promise<Idx> {
  const parts: Buffer[] = [];
  let got = 0;
  let shape: number[] | undefined;
  try {
    for await (const chunk of chunks) {
      parts.push(chunk);
      got += chunk.length;
      shape ??= shapeOf(path, Buffer.concat(parts), limit);
      if (shape !== undefined && got > bytesOf(shape)) {
        throw new Error(`too long: ${path} must hold ${sum(shape)} bytes; got more`);
      }
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    if (code !== 'Z_BUF_ERROR') {
      throw new Error(`damaged: ${path} must be readable to its end; got '${message}'`, { cause });
    }
    const whole = shape === undefined ? 'an IDX file' : `${sum(shape)} bytes`;
    throw new Error(`truncated: ${path} must hold ${whole} in a whole gzip stream; got ${got} bytes`, {
      cause,
    });
  }
  if (shape === undefined) {
    throw new Error(`truncated: ${path} must hold an IDX header of 4 + 4 a dimension bytes; got ${got}`);
  }
  if (got < bytesOf(shape)) {
    throw new Error(`truncated: ${path} must hold ${sum(shape)} bytes; got ${got}`);
  }
  return { shape, data: new Uint8Array(Buffer.concat(parts).subarray(4 + 4 * shape.length)) };
}

/** The shape in a header, or undefined while too few bytes have come. */
function shapeOf(path: string, bytes: Buffer, limit: number): number[] | undefined {
  if (bytes.length < 4) return undefined;
  const dimensions = bytes[3];
  if (bytes.readUIntBE(0, 3) !== 0x08 || dimensions < 1 || dimensions > MOST_DIMENSIONS) {
    const got = bytes.toString('hex', 0, 4).replace(/..(?=.)/g, '$& ');
    throw new Error(`${path} must begin with 00 00 08 and 1 to ${MOST_DIMENSIONS} dimensions; got ${got}`);
  }
  if (bytes.length < 4 + 4 * dimensions) return undefined;
  const shape = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  if (shape.includes(0)) throw new Error(`sizes in ${path} must be 1 or more; got ${shape.join(' × ')}`);
  if (bytesOf(shape) > limit)
    throw new Error(`${path} must hold at most ${limit} bytes; got ${sum(shape)} bytes`);
  return shape;
}

const bytesOf = (shape: readonly number[]) => 4 + 4 * shape.length + shape.reduce((a, b) => a * b, 1);
const sum = (shape: readonly number[]) =>
  `${4 + 4 * shape.length} + ${shape.join(' × ')} = ${bytesOf(shape)}`;

/**
 * The bytes of a plain IDX file.
 *
 * @throws {RangeError} when the shape has no or too many dimensions, a size is below 1, or `data` is not its product
 */
export function encodeIdx({ shape, data }: Idx): Uint8Array {
  const rule = `1 to ${MOST_DIMENSIONS} sizes`;
  must(shape.length >= 1 && shape.length <= MOST_DIMENSIONS, 'shape of an IDX file', rule, shape);
  for (const size of shape) mustBeWhole(size, 'size in an IDX file', 1);
  const bytes = bytesOf(shape);
  const header = 4 + 4 * shape.length;
  must(bytes - header === data.length, 'data of an IDX file', `${shape.join(' × ')} bytes`, data.length);
  const file = Buffer.alloc(bytes);
  file.set([0, 0, 8, shape.length]);
  for (const [i, size] of shape.entries()) file.writeUInt32BE(size, 4 + 4 * i);
  file.set(data, header);
  return file;
}

/** Writes an IDX file, packed when the path ends in .gz: without time or system, so the same data gives the same bytes. */
export async function writeIdx(path: string, idx: Idx): Promise<void> {
  const file = encodeIdx(idx);
  if (!path.endsWith('.gz')) return writeFile(path, file);
  const packed = gzipSync(file, { level: 9 });
  packed[9] = 255; // "unknown" operating system, RFC 1952
  return writeFile(path, packed);
}
