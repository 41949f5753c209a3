import { mostBytes } from '../file-bytes.ts';

/** An array as NumPy saves it. */
export interface NpyArray {
  /** slowest first, also where the file has it in Fortran's order */
  readonly shape: readonly number[];
  /** NumPy's name: `uint8`, `float32`, …, or `text` */
  readonly dtype: string;
  /** [product of shape] */
  readonly values: ArrayLike<number> | readonly string[];
}

export const npyMagic = Buffer.from('\x93NUMPY', 'latin1');

type Reader = (view: DataView, at: number, little: boolean) => number;

/** How one number is read, by kind and bytes: `f4` is a float of 4 bytes. */
const kinds: Readonly<Record<string, { readonly name: string; readonly read: Reader }>> = {
  b1: { name: 'bool', read: (view, at) => Number(view.getUint8(at) !== 0) },
  u1: { name: 'uint8', read: (view, at) => view.getUint8(at) },
  i1: { name: 'int8', read: (view, at) => view.getInt8(at) },
  u2: { name: 'uint16', read: (view, at, little) => view.getUint16(at, little) },
  i2: { name: 'int16', read: (view, at, little) => view.getInt16(at, little) },
  u4: { name: 'uint32', read: (view, at, little) => view.getUint32(at, little) },
  i4: { name: 'int32', read: (view, at, little) => view.getInt32(at, little) },
  u8: { name: 'uint64', read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i8: { name: 'int64', read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  f2: { name: 'float16', read: (view, at, little) => half(view.getUint16(at, little)) },
  f4: { name: 'float32', read: (view, at, little) => view.getFloat32(at, little) },
  f8: { name: 'float64', read: (view, at, little) => view.getFloat64(at, little) },
};

/**
 * Reads the bytes of an `.npy` file, versions 1 to 3. Memory is bounded by its size.
 *
 * @throws {Error} one sentence with `thing`: no such file, a header that can't be read, an array of objects, too few bytes
 * @see numpy.lib.format
 */
export function readNpy(bytes: Buffer, thing: string): NpyArray {
  const { shape, order, each, text, place, end, number } = npyHeader(bytes, thing);
  const count = shape.reduce((a, b) => a * b, 1);
  if (!(count * each <= mostBytes))
    throw new Error(`${thing} must hold at most ${mostBytes} bytes; got ${shape.join(' × ')} of ${each}`);
  const got = bytes.length - end;
  if (got !== count * each)
    throw new Error(
      `${thing} must hold ${shape.join(' × ')} values of ${each} bytes behind its header; got ${Math.max(0, got)} bytes`,
    );
  if (text !== undefined) {
    if (each === 0) throw new Error(`${thing} must hold text; got text of no character`);
    const read = Array.from({ length: count }, (_, i) =>
      textAt(bytes, end + place(i) * each, each / text, text, order !== '>'),
    );
    return { shape, dtype: 'text', values: read };
  }
  return { shape, dtype: number.name, values: npyNumbers(bytes.subarray(end), number, count, place) };
}

/** What an .npy file says of itself. */
export interface NpyHeader {
  readonly shape: readonly number[];
  readonly order: string | undefined;
  readonly fortran: boolean;
  /** bytes of a value */
  readonly each: number;
  /** bytes of a character, where the values are text */
  readonly text: number | undefined;
  readonly number: NpyNumbers;
  /** bytes before the first value */
  readonly end: number;
  place(index: number): number;
}

/** Bytes of the whole header, once its first 12 are here. */
export function npyHeaderBytes(bytes: Buffer): number {
  return bytes[6] === 2 || bytes[6] === 3 ? 12 + bytes.readUInt32LE(8) : 10 + bytes.readUInt16LE(8);
}

/** @throws {Error} one sentence, when it can't be read, or is of an array of objects */
export function npyHeader(bytes: Buffer, thing: string): NpyHeader {
  if (!bytes.subarray(0, 6).equals(npyMagic))
    throw new Error(`${thing} must begin as an .npy file does; got other bytes`);
  const version = bytes[6];
  const wide = version === 2 || version === 3;
  const begin = wide ? 12 : 10;
  if ((version !== 1 && !wide) || bytes.length < begin)
    throw new Error(
      `${thing} must be .npy of version 1, 2 or 3, with its header; got version ${version ?? 'none'}`,
    );
  const end = begin + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.toString('latin1', begin, Math.min(end, begin + 10_000));
  const { descr, fortran, shape } = headerOf(header, thing);
  const [, order, kind, size] = descr.match(/^([<>|=]?)([a-zA-Z])(\d+)$/) ?? [];
  const text = kind === 'U' ? 4 : kind === 'S' ? 1 : undefined;
  if (text === undefined && kinds[kind + size] === undefined)
    throw new Error(
      `${thing} must hold numbers or text; got dtype '${descr}': save it as .astype('float32')`,
    );
  const each = text === undefined ? Number(size) : text * Number(size);
  return {
    ...{ shape, order, fortran, each, text, end },
    number: { ...kinds[kind + size], each, little: order !== '>' },
    place: fortran ? fortranPlaces(shape) : (i) => i,
  };
}

/** How the numbers of an array lie in its file. */
export interface NpyNumbers {
  readonly name: string;
  readonly read: Reader;
  /** bytes of a number */
  readonly each: number;
  readonly little: boolean;
}

/** The first numbers behind a header. @param place  where in the file the number of each index is, in numbers */
export function npyNumbers(
  bytes: Buffer,
  { name, read, each, little }: NpyNumbers,
  count: number,
  place: (index: number) => number = (i) => i,
): ArrayLike<number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const into =
    name === 'uint8' || name === 'bool'
      ? new Uint8Array(count)
      : wide(name)
        ? new Float64Array(count)
        : new Float32Array(count);
  for (let i = 0; i < count; i++) into[i] = read(view, place(i) * each, little);
  return into;
}

/** Whether 32-bit floats would change a label. */
function wide(name: string): boolean {
  return /64|32/.test(name) && name !== 'float32';
}

/** The header is a literal of Python: `{'descr': '<f4', 'fortran_order': False, 'shape': (60000, 28, 28), }`. */
function headerOf(header: string, thing: string): { descr: string; fortran: boolean; shape: number[] } {
  const descr = header.match(/'descr':\s*'([^']*)'/)?.[1];
  const fortran = header.match(/'fortran_order':\s*(True|False)/)?.[1];
  const shape = header.match(/'shape':\s*\(([\d,\s]*)\)/)?.[1];
  if (descr === undefined || fortran === undefined || shape === undefined) {
    const structured = /'descr':\s*\[/.test(header);
    throw new Error(
      `${thing} must say descr, fortran_order and shape in its header; got ${structured ? 'an array of records: save its columns as one array' : 'a header without them'}`,
    );
  }
  const sizes = shape
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  if (sizes.length === 0 || sizes.length > 4 || sizes.includes(0) || !sizes.every(Number.isSafeInteger))
    throw new Error(`shape of ${thing} must be 1 to 4 sizes, each 1 or more; got (${shape})`);
  return { descr, fortran: fortran === 'True', shape: sizes };
}

/** Where in Fortran's order, whose first index runs fastest, each value of C's order is. */
function fortranPlaces(shape: readonly number[]): (index: number) => number {
  return (index) => {
    let rest = index;
    let place = 0;
    let stride = shape.reduce((a, b) => a * b, 1);
    for (let k = shape.length - 1; k >= 0; k--) {
      stride /= shape[k];
      place += (rest % shape[k]) * stride;
      rest = Math.floor(rest / shape[k]);
    }
    return place;
  };
}

function textAt(bytes: Buffer, at: number, length: number, each: number, little: boolean): string {
  let text = '';
  for (let i = 0; i < length; i++) {
    const start = at + i * each;
    const code = each === 1 ? bytes[start] : little ? bytes.readUInt32LE(start) : bytes.readUInt32BE(start);
    if (code === 0) break;
    text += code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
  }
  return text;
}

/** The value of a 16-bit float. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
