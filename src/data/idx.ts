import { writeFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { gzipSync } from 'node:zlib';
import { must, mustBeWhole } from '../core/check.ts';
import { bytesFrom, openFile } from './formats/file-bytes.ts';

/** What an IDX file holds. */
export interface Idx {
  /** 1 to 4 sizes, each ≥ 1, slowest first: [60000, 28, 28] */
  readonly shape: readonly number[];
  /** of the type that the file has  [product of shape] */
  readonly data: IdxData;
}

export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** The types of numbers, by the third byte of a file; their names are NumPy's. */
const types = {
  8: { name: 'uint8', bytes: 1, array: Uint8Array },
  9: { name: 'int8', bytes: 1, array: Int8Array },
  11: { name: 'int16', bytes: 2, array: Int16Array },
  12: { name: 'int32', bytes: 4, array: Int32Array },
  13: { name: 'float32', bytes: 4, array: Float32Array },
  14: { name: 'float64', bytes: 8, array: Float64Array },
} as const;
type TypeCode = keyof typeof types;

/** More than this is refused, whatever a header claims; the largest EMNIST file is half of it. */
const MOST_BYTES = 2 ** 30;
const MOST_DIMENSIONS = 4;

/**
 * Reads an IDX file, plain or gzip (told apart by content). The file is not trusted: memory grows with
 * the bytes that arrive, never with what the header claims, and unpacking stops at the first byte over the claim.
 *
 * @param options  `limit`: largest file accepted, header included, unpacked, in bytes
 * @throws {Error} one sentence with the path, what must hold and what was found: no file, no IDX file, truncated,
 *   too long, over the limit or a damaged gzip stream
 */
export async function readIdx(path: string, { limit = MOST_BYTES } = {}): Promise<Idx> {
  const handle = await openFile(path);
  try {
    const { bytes, end } = await bytesFrom(handle);
    try {
      return await collect(path, bytes, limit);
    } finally {
      end();
    }
  } finally {
    await handle.close();
  }
}

async function collect(path: string, chunks: AsyncIterable<Buffer>, limit: number): Promise<Idx> {
  const parts: Buffer[] = [];
  let got = 0;
  let form: Form | undefined;
  try {
    for await (const chunk of chunks) {
      parts.push(chunk);
      got += chunk.length;
      form ??= formOf(path, Buffer.concat(parts), limit);
      if (form !== undefined && got > bytesOf(form)) {
        throw new Error(`too long: ${path} must hold ${sum(form)} bytes; got more`);
      }
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    if (code !== 'Z_BUF_ERROR') {
      throw new Error(`damaged: ${path} must be readable to its end; got '${message}'`, { cause });
    }
    const whole = form === undefined ? 'an IDX file' : `${sum(form)} bytes`;
    throw new Error(`truncated: ${path} must hold ${whole} in a whole gzip stream; got ${got} bytes`, {
      cause,
    });
  }
  if (form === undefined) {
    throw new Error(`truncated: ${path} must hold an IDX header of 4 + 4 a dimension bytes; got ${got}`);
  }
  if (got < bytesOf(form)) {
    throw new Error(`truncated: ${path} must hold ${sum(form)} bytes; got ${got}`);
  }
  const { shape, type } = form;
  return { shape, data: dataOf(Buffer.concat(parts).subarray(4 + 4 * shape.length), type) };
}

/** What a header says. */
interface Form {
  readonly shape: readonly number[];
  readonly type: TypeCode;
}

/** What a header says, or undefined while too few bytes have come. */
function formOf(path: string, bytes: Buffer, limit: number): Form | undefined {
  if (bytes.length < 4) return undefined;
  const [first, second, type, dimensions] = bytes;
  if (first !== 0 || second !== 0 || !(type in types) || dimensions < 1 || dimensions > MOST_DIMENSIONS) {
    const got = bytes.toString('hex', 0, 4).replace(/..(?=.)/g, '$& ');
    throw new Error(
      `${path} must begin with 00 00, a type (08, 09, 0b, 0c, 0d or 0e) and 1 to ${MOST_DIMENSIONS} dimensions; got ${got}`,
    );
  }
  if (bytes.length < 4 + 4 * dimensions) return undefined;
  const shape = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  if (shape.includes(0)) throw new Error(`sizes in ${path} must be 1 or more; got ${shape.join(' × ')}`);
  const form = { shape, type: type as TypeCode };
  if (bytesOf(form) > limit)
    throw new Error(`${path} must hold at most ${limit} bytes; got ${sum(form)} bytes`);
  return form;
}

/** Numbers that lie in a file with the big end first. */
function dataOf(bytes: Buffer, type: TypeCode): IdxData {
  const { array, bytes: size } = types[type];
  const copied = new Uint8Array(bytes);
  if (size > 1) swap(copied, size);
  return new array(copied.buffer);
}

/** Turns each number round, where this machine has the little end first. */
function swap(bytes: Uint8Array, size: number): void {
  if (endianness() === 'BE') return;
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (size === 2) all.swap16();
  else if (size === 4) all.swap32();
  else all.swap64();
}

/** NumPy's name of the type of an array. */
export function idxType(data: IdxData): string {
  return types[codeOf(data)].name;
}

function codeOf(data: IdxData): TypeCode {
  const code = (Object.keys(types) as unknown as TypeCode[]).find(
    (code) => data instanceof types[code].array,
  );
  must(code !== undefined, 'data of an IDX file', 'bytes, whole numbers or floats', data?.constructor?.name);
  return code;
}

const bytesOf = ({ shape, type }: Form) =>
  4 + 4 * shape.length + types[type].bytes * shape.reduce((a, b) => a * b, 1);
const sum = (form: Form) =>
  `${4 + 4 * form.shape.length} + ${form.shape.join(' × ')}${form.type > 9 ? ` × ${types[form.type].bytes}` : ''} = ${bytesOf(form)}`;

/**
 * The bytes of a plain IDX file.
 *
 * @throws {RangeError} when the shape has no or too many dimensions, a size is below 1, or `data` is not its product
 */
export function encodeIdx({ shape, data }: Idx): Uint8Array {
  const rule = `1 to ${MOST_DIMENSIONS} sizes`;
  must(shape.length >= 1 && shape.length <= MOST_DIMENSIONS, 'shape of an IDX file', rule, shape);
  for (const size of shape) mustBeWhole(size, 'size in an IDX file', 1);
  const type = codeOf(data);
  const numbers = shape.reduce((a, b) => a * b, 1);
  const unit = types[type].bytes === 1 ? 'bytes' : 'numbers';
  must(numbers === data.length, 'data of an IDX file', `${shape.join(' × ')} ${unit}`, data.length);
  const header = 4 + 4 * shape.length;
  const file = Buffer.alloc(bytesOf({ shape, type }));
  file.set([0, 0, Number(type), shape.length]);
  for (const [i, size] of shape.entries()) file.writeUInt32BE(size, 4 + 4 * i);
  const body = new Uint8Array(file.buffer, file.byteOffset + header, file.length - header);
  body.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  if (types[type].bytes > 1) swap(body, types[type].bytes);
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
