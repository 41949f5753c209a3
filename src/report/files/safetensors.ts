import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { endianness } from 'node:os';
import { z } from 'zod';
import { must } from '../../core/check.ts';
import type { Parameter } from '../../core/trace.ts';
import { writeWhole } from './whole-file.ts';

/** bytes; what the format's own reader allows */
const HEADER_AT_MOST = 100_000_000;
/** bytes asked of the file system in one read */
const READ_AT_MOST = 2 ** 30;
const METADATA = '__metadata__';

const whole = z.int().nonnegative();
const tensorInfo = z.strictObject({
  dtype: z.string(),
  shape: z.array(whole),
  data_offsets: z.tuple([whole, whole]),
});
interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** bytes from the end of the header */
  readonly begin: number;
  readonly end: number;
}

/**
 * Writes learned weights as a safetensors file, which PyTorch, JAX and the Hugging Face tools read as it is.
 *
 *     8 bytes  N, the header's length, a little-endian whole number; 8 + N is a multiple of 8
 *     N bytes  JSON {name: {dtype: 'F32', shape, data_offsets: [begin, end)}}, then spaces
 *     the data, fp32, little-endian, row-major, in the order of `parameters`, without holes
 *
 * @param path        the file; it gets this name when it is whole, never before
 * @param parameters  each with its own name; `data` holds as many floats as `shape` says
 * @param metadata    free text under free keys, stored in the header as `__metadata__`
 * @throws {RangeError} when a name is taken or reserved, or a shape does not match its data
 * @throws {Error} as the file system says
 * @see https://huggingface.co/docs/safetensors
 */
export async function writeSafetensors(
  path: string,
  parameters: readonly Parameter[],
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  checkParameters(parameters);
  const entries = metadata === undefined ? [] : [`"${METADATA}":${JSON.stringify(metadata)}`];
  let at = 0;
  for (const { name, shape, data } of parameters) {
    const info = { dtype: 'F32', shape, data_offsets: [at, at + data.byteLength] };
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
  await writeWhole(path, pieces(length, header, parameters));
}

/**
 * Reads a safetensors file of fp32 tensors. The file is not trusted: nothing is allocated that its own size does not cover.
 *
 * @returns the tensors in the order of their data, and the `__metadata__` (empty when there is none)
 * @throws {RangeError} one sentence that names the file, the rule it breaks and the value found
 * @throws {Error} as the file system says
 */
export async function readSafetensors(
  path: string,
): Promise<{ parameters: Parameter[]; metadata: Record<string, string> }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    must(size >= 8, `size of ${path}`, '8 bytes or more', size);
    const length = Number((await bytesOf(file, path, 0, 8)).readBigUInt64LE());
    must(length <= HEADER_AT_MOST, `header length of ${path}`, `${HEADER_AT_MOST} bytes or less`, length);
    must(8 + length <= size, `header of ${path}`, `within the file's ${size} bytes`, 8 + length);
    const header = parseHeader(await bytesOf(file, path, 8, length), path);
    const tensors = tensorsOf(header, path, size - 8 - length);
    const parameters: Parameter[] = [];
    for (const { name, shape, begin, end } of tensors) {
      const bytes = await bytesOf(file, path, 8 + length + begin, end - begin);
      if (endianness() === 'BE') bytes.swap32();
      parameters.push({ name, shape, data: new Float32Array(bytes.buffer) });
    }
    return { parameters, metadata: metadataOf(header, path) };
  } finally {
    await file.close();
  }
}

/**
 * One hash over all weights: two runs that learned bit-identical weights have the same, in whatever order they list them.
 *
 * @returns sha256 over name, shape and little-endian bytes of each parameter, in the order of names; 64 hex digits
 * @throws {RangeError} as `writeSafetensors`
 */
export function weightsHash(parameters: readonly Parameter[]): string {
  checkParameters(parameters);
  const hash = createHash('sha256');
  for (const { name, shape, data } of [...parameters].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`${JSON.stringify([name, shape])}\n`).update(littleEndian(data));
  }
  return hash.digest('hex');
}

function checkParameters(parameters: readonly Parameter[]): void {
  const names = new Set<string>([METADATA]);
  for (const { name, shape, data } of parameters) {
    must(!names.has(name), "a parameter's name", `its own, and not ${METADATA}`, name);
    names.add(name);
    const extents = shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
    must(extents, `shape of ${name}`, 'whole numbers, 0 or more', shape);
    must(floatsIn(shape) === data.length, `shape of ${name}`, `that of its ${data.length} floats`, shape);
  }
}

function parseHeader(bytes: Buffer, path: string): Map<string, unknown> {
  let header: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    throw new RangeError(
      `header of ${path} must be JSON in UTF-8; got ${brief(bytes.toString('latin1', 0, 80))}`,
      {
        cause: error,
      },
    );
  }
  const object = typeof header === 'object' && header !== null && !Array.isArray(header) && bytes[0] === 0x7b;
  must(object, `header of ${path}`, 'a JSON object from its first byte on', typeof header);
  // names are keys of a map, never of an object of ours: '__proto__' is a name like any other
  return new Map(Object.entries(header as object));
}

function metadataOf(header: Map<string, unknown>, path: string): Record<string, string> {
  const metadata = header.has(METADATA) ? header.get(METADATA) : {};
  const texts =
    typeof metadata === 'object' &&
    metadata !== null &&
    Object.values(metadata).every((value) => typeof value === 'string');
  const rule = 'an object whose values are strings';
  if (!texts || Array.isArray(metadata)) fail(`${METADATA} of ${path}`, rule, metadata);
  return Object.fromEntries(Object.entries(metadata));
}

/** The tensors in the order of their data, which they must cover from its first byte to its last. */
function tensorsOf(header: Map<string, unknown>, path: string, dataBytes: number): Tensor[] {
  const tensors: Tensor[] = [];
  for (const [name, value] of header) {
    if (name === METADATA) continue;
    const tensor = `tensor ${brief(name)} of ${path}`;
    const info = tensorInfo.safeParse(value);
    if (!info.success) fail(tensor, 'described by dtype, shape and data_offsets in whole numbers', value);
    const { dtype, shape, data_offsets } = info.data;
    const [begin, end] = data_offsets;
    if (dtype !== 'F32') fail(`dtype of ${tensor}`, 'F32, the only one supported', dtype);
    if (begin > end || end > dataBytes) fail(`data of ${tensor}`, `within ${dataBytes} bytes`, data_offsets);
    if (floatsIn(shape) * 4 !== end - begin)
      fail(`shape of ${tensor}`, `that of ${end - begin} bytes`, shape);
    tensors.push({ name, shape, begin, end });
  }
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of tensors) {
    const rule = `at byte ${at}, without a hole or an overlap`;
    if (begin !== at) fail(`data of tensor ${brief(name)} of ${path}`, rule, begin);
    at = end;
  }
  if (at !== dataBytes) fail(`data of ${path}`, `${at} bytes, as its tensors say`, dataBytes);
  return tensors;
}

async function bytesOf(file: FileHandle, path: string, start: number, length: number): Promise<Buffer> {
  // memory of its own, from offset 0: floats are read in place
  const bytes = Buffer.from(new ArrayBuffer(length));
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, READ_AT_MOST), start + done);
    must(bytesRead > 0, path, `readable up to byte ${start + length}`, start + done);
    done += bytesRead;
  }
  return bytes;
}

function* pieces(length: Buffer, header: Buffer, parameters: readonly Parameter[]) {
  yield length;
  yield header;
  for (const { data } of parameters) yield littleEndian(data);
}

/** A copy of the floats' bytes: `data` may be shared with a thread that goes on learning. */
function littleEndian(data: Float32Array): Buffer {
  const bytes = Buffer.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return endianness() === 'BE' ? bytes.swap32() : bytes;
}

function floatsIn(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function fail(thing: string, rule: string, got: unknown): never {
  throw new RangeError(`${thing} must be ${rule}; got ${brief(got)}`);
}

/** A value of the file's, as it may stand in a sentence: escaped and short. */
function brief(value: unknown): string {
  try {
    const text = JSON.stringify(value);
    return text.length > 80 ? `${text.slice(0, 80)}…` : text;
  } catch {
    return 'a value nested too deeply to print';
  }
}
