import { type FileHandle, open } from 'node:fs/promises';
import { endianness } from 'node:os';
import { must } from '../../core/check.ts';
import type { StateArray } from '../../core/state.ts';
import {
  type Dtype,
  dtypes,
  extentOf,
  METADATA,
  metadataOf,
  parseHeader,
  tensorsOf,
} from './safetensors-header.ts';
import { writeWhole } from './whole-file.ts';

/** An array of numbers with a name, row-major. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: StateArray;
}

/** bytes; the limit of the format's own reader */
const HEADER_AT_MOST = 100_000_000;
/** bytes asked of the file system in one read */
const READ_AT_MOST = 2 ** 30;

const makers: Readonly<Record<Dtype, new (bytes: ArrayBuffer) => StateArray>> = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
};
const allDtypes = Object.keys(dtypes) as Dtype[];

/**
 * Writes named arrays as a safetensors file, which PyTorch, JAX and the Hugging Face tools read as it is.
 *
 *     8 bytes  N, the header's length, a little-endian whole number; 8 + N is a multiple of 8
 *     N bytes  JSON {name: {dtype, shape, data_offsets: [begin, end)}}, then spaces
 *     the data, little-endian, row-major, in the order of `arrays`, without holes
 *
 * @param path      the file; it gets this name when it is whole, never before
 * @param arrays    each with a name of its own; `data` holds as many numbers as `shape` says. Its type is its `dtype`: F32,
 *   F64, I32, U32, U16 or U8
 * @param metadata  free text under free keys, stored in the header as `__metadata__`
 * @throws {RangeError} when a name is taken or reserved, or a shape does not match its data
 * @throws {Error} with the file's name, as the file system says
 * @see https://huggingface.co/docs/safetensors
 */
export async function writeArrays(
  path: string,
  arrays: readonly NamedArray[],
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  await writeWhole(path, arrayPieces(path, arrays, metadata));
}

/**
 * The bytes of such a file in pieces, header first.
 *
 * @param path  for errors
 * @throws {RangeError} as `writeArrays`
 */
export function arrayPieces(
  path: string,
  arrays: readonly NamedArray[],
  metadata?: Readonly<Record<string, string>>,
): Iterable<Uint8Array> {
  checkArrays(arrays);
  const entries = metadata === undefined ? [] : [`"${METADATA}":${JSON.stringify(metadata)}`];
  let at = 0;
  for (const { name, shape, data } of arrays) {
    const info = { dtype: dtypeOf(name, data), shape, data_offsets: [at, at + data.byteLength] };
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(info)}`);
    at += data.byteLength;
  }
  const json = Buffer.from(`{${entries.join(',')}}`);
  const header = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ');
  json.copy(header);
  must(
    header.length <= HEADER_AT_MOST,
    `header of ${path}`,
    `${HEADER_AT_MOST} bytes or less`,
    header.length,
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return pieces(length, header, arrays);
}

/**
 * Reads a safetensors file. The file is not trusted: nothing is allocated that its own size does not cover.
 *
 * @param allowed  types of numbers that are accepted; left out, all that `writeArrays` writes
 * @returns the arrays in the order of their data, and the `__metadata__` (empty when there is none)
 * @throws {RangeError} one sentence that names the file, the rule it breaks and the value found
 * @throws {Error} as the file system says
 */
export async function readArrays(
  path: string,
  allowed: readonly Dtype[] = allDtypes,
): Promise<{ arrays: NamedArray[]; metadata: Record<string, string> }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    must(size >= 8, `size of ${path}`, '8 bytes or more', size);
    const length = Number((await bytesOf(file, path, 0, 8)).readBigUInt64LE());
    must(length <= HEADER_AT_MOST, `header length of ${path}`, `${HEADER_AT_MOST} bytes or less`, length);
    must(8 + length <= size, `header of ${path}`, `within the file's ${size} bytes`, 8 + length);
    const header = parseHeader(await bytesOf(file, path, 8, length), path);
    const arrays: NamedArray[] = [];
    for (const { name, dtype, shape, begin, end } of tensorsOf(header, path, size - 8 - length, allowed)) {
      const bytes = await bytesOf(file, path, 8 + length + begin, end - begin);
      swapOnBigEndian(bytes, dtypes[dtype]);
      arrays.push({ name, shape, data: new makers[dtype](bytes.buffer as ArrayBuffer) });
    }
    return { arrays, metadata: metadataOf(header, path) };
  } finally {
    await file.close();
  }
}

/** @throws {RangeError} when a name is taken or reserved, or a shape does not match its data */
export function checkArrays(arrays: readonly NamedArray[]): void {
  const names = new Set<string>([METADATA]);
  for (const { name, shape, data } of arrays) {
    must(!names.has(name), "a parameter's name", `its own, and not ${METADATA}`, name);
    names.add(name);
    const extents = shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
    must(extents, `shape of ${name}`, 'whole numbers, 0 or more', shape);
    const unit = data instanceof Float32Array ? 'floats' : 'numbers';
    must(extentOf(shape) === data.length, `shape of ${name}`, `that of its ${data.length} ${unit}`, shape);
  }
}

/** A copy of the bytes of an array: `data` may be shared with a thread that goes on learning. */
export function littleEndian(data: StateArray): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.byteLength);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  if (endianness() === 'BE') swapOnBigEndian(Buffer.from(bytes.buffer), data.BYTES_PER_ELEMENT);
  return bytes;
}

function dtypeOf(name: string, data: StateArray): Dtype {
  const dtype = allDtypes.find((candidate) => data instanceof makers[candidate]);
  if (dtype === undefined) {
    const kind = (data as object)?.constructor?.name ?? typeof data;
    throw new RangeError(`data of ${name} must be a typed array of ${allDtypes.join(', ')}; got ${kind}`);
  }
  return dtype;
}

async function bytesOf(file: FileHandle, path: string, start: number, length: number): Promise<Buffer> {
  // memory of its own, from offset 0: numbers are read in place
  const bytes = Buffer.from(new ArrayBuffer(length));
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, READ_AT_MOST), start + done);
    must(bytesRead > 0, path, `readable up to byte ${start + length}`, start + done);
    done += bytesRead;
  }
  return bytes;
}

function* pieces(length: Buffer, header: Buffer, arrays: readonly NamedArray[]) {
  yield length;
  yield header;
  for (const { data } of arrays) yield littleEndian(data);
}

function swapOnBigEndian(bytes: Buffer, width: number): void {
  if (endianness() !== 'BE') return;
  if (width === 2) bytes.swap16();
  if (width === 4) bytes.swap32();
  if (width === 8) bytes.swap64();
}
