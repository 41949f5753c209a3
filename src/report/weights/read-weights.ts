import type { Parameter } from '../../core/trace.ts';
import { readArrays } from '../files/named-arrays.ts';
import type { WeightsFile } from './weights-file.ts';

/**
 * Reads weights to start from: a safetensors file of F32 or F64 tensors, these rounded to F32.
 *
 * @throws {RangeError} one sentence that names the file, the rule it breaks and the value found
 * @throws {Error} as the file system says
 */
export async function readWeights(path: string): Promise<WeightsFile> {
  const { arrays, metadata } = await readArrays(path, ['F32', 'F64']);
  const parameters = arrays.map(
    ({ name, shape, data }): Parameter => ({
      ...{ name, shape },
      data: data instanceof Float32Array ? data : Float32Array.from(data),
    }),
  );
  return { path, parameters, metadata };
}
