import { z } from 'zod';
import { must } from '../../core/check.ts';

export const METADATA = '__metadata__';

/** bytes of a number, by the format's name of its type */
export const dtypes = { F32: 4, F64: 8, I32: 4, U32: 4, U16: 2, U8: 1 } as const;
export type Dtype = keyof typeof dtypes;

/** An array of numbers in a safetensors file. */
export interface Tensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** bytes from the end of the header */
  readonly begin: number;
  readonly end: number;
}

const whole = z.int().nonnegative();
const tensorInfo = z.strictObject({
  dtype: z.string(),
  shape: z.array(whole),
  data_offsets: z.tuple([whole, whole]),
});

/** @throws {RangeError} unless the bytes are a JSON object in UTF-8 */
export function parseHeader(bytes: Buffer, path: string): Map<string, unknown> {
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

/** @throws {RangeError} unless the metadata are an object of strings */
export function metadataOf(header: Map<string, unknown>, path: string): Record<string, string> {
  const metadata = header.has(METADATA) ? header.get(METADATA) : {};
  const texts =
    typeof metadata === 'object' &&
    metadata !== null &&
    Object.values(metadata).every((value) => typeof value === 'string');
  const rule = 'an object whose values are strings';
  if (!texts || Array.isArray(metadata)) fail(`${METADATA} of ${path}`, rule, metadata);
  return Object.fromEntries(Object.entries(metadata));
}

/**
 * The tensors in the order of their data.
 *
 * @param allowed  types of numbers that may be there
 * @throws {RangeError} unless they cover the data from its first byte to its last, each once
 */
export function tensorsOf(
  header: Map<string, unknown>,
  path: string,
  dataBytes: number,
  allowed: readonly Dtype[],
): Tensor[] {
  const tensors: Tensor[] = [];
  for (const [name, value] of header) {
    if (name === METADATA) continue;
    const tensor = `tensor ${brief(name)} of ${path}`;
    const info = tensorInfo.safeParse(value);
    if (!info.success) fail(tensor, 'described by dtype, shape and data_offsets in whole numbers', value);
    const { dtype, shape, data_offsets } = info.data;
    const [begin, end] = data_offsets;
    if (!isOneOf(allowed, dtype)) {
      const rule =
        allowed.length === 1 ? `${allowed[0]}, the only one supported` : `one of ${allowed.join(', ')}`;
      fail(`dtype of ${tensor}`, rule, dtype);
    }
    if (begin > end || end > dataBytes) fail(`data of ${tensor}`, `within ${dataBytes} bytes`, data_offsets);
    if (extentOf(shape) * dtypes[dtype] !== end - begin)
      fail(`shape of ${tensor}`, `that of ${end - begin} bytes`, shape);
    tensors.push({ name, dtype, shape, begin, end });
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

/** numbers that an array of this shape has */
export function extentOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function isOneOf(allowed: readonly Dtype[], dtype: string): dtype is Dtype {
  return (allowed as readonly string[]).includes(dtype);
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
