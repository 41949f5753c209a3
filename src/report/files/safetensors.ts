import type { Parameter } from '../../core/trace.ts';
import { readArrays, writeArrays } from './named-arrays.ts';

export { weightsHash } from './weights-hash.ts';

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
