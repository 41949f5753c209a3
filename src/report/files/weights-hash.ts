import { sha256 } from '../../core/platform/digest.ts';
import type { Parameter } from '../../core/trace.ts';
import { checkArrays, littleEndian } from './named-arrays.ts';

/**
 * One hash over all weights: two runs that learned bit-identical weights have the same, in whatever order they list them.
 *
 * @returns sha256 over name, shape and little-endian bytes of each parameter, in the order of names; 64 hex digits
 * @throws {RangeError} as `writeSafetensors`
 */
export function weightsHash(parameters: readonly Parameter[]): string {
  checkArrays(parameters);
  const parts: (string | Uint8Array)[] = [];
  for (const { name, shape, data } of [...parameters].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    parts.push(`${JSON.stringify([name, shape])}\n`, littleEndian(data));
  }
  return sha256(parts);
}
