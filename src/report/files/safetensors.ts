import { createHash } from 'node:crypto';
import type { Parameter } from '../../core/trace.ts';
import { checkArrays, littleEndian, readArrays, writeArrays } from './named-arrays.ts';

/**
 * Writes learned weights as a safetensors file of F32 tensors, in the order of `parameters`.
 *
 * @param path        the file; it gets this name when it is whole, never before
 * @param parameters  each with a name of its own; `data` holds as many floats as `shape` says
 * @param metadata    free text under free keys, stored in the header as `__metadata__`
 * @throws {RangeError} when a name is taken or reserved, or a shape does not match its data
 * @throws {Error} with the file's name, as the file system says
 */
export function writeSafetensors(
  path: string,
  parameters: readonly Parameter[],
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  return writeArrays(path, parameters, metadata);
}

/**
 * Reads learned weights: a safetensors file of F32 tensors. The file is not trusted: nothing is allocated that its own size
 * does not cover.
 *
 * @returns the tensors in the order of their data, and the `__metadata__` (empty when there is none)
 * @throws {RangeError} one sentence that names the file, the rule it breaks and the value found
 * @throws {Error} as the file system says
 */
export async function readSafetensors(
  path: string,
): Promise<{ parameters: Parameter[]; metadata: Record<string, string> }> {
  const { arrays, metadata } = await readArrays(path, ['F32']);
  return { parameters: arrays as Parameter[], metadata };
}

/**
 * One hash over all weights: two runs that learned bit-identical weights have the same, in whatever order they list them.
 *
 * @returns sha256 over name, shape and little-endian bytes of each parameter, in the order of names; 64 hex digits
 * @throws {RangeError} as `writeSafetensors`
 */
export function weightsHash(parameters: readonly Parameter[]): string {
  checkArrays(parameters);
  const hash = createHash('sha256');
  for (const { name, shape, data } of [...parameters].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`${JSON.stringify([name, shape])}\n`).update(littleEndian(data));
  }
  return hash.digest('hex');
}
