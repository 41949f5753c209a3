import { open, stat } from 'node:fs/promises';
import type { Parameter } from '../../core/trace.ts';
import { zipMagic } from '../../data/formats/numpy/zip.ts';
import { readArrays } from '../files/named-arrays.ts';
import { readNpyFolder, readNpz } from './numpy-weights.ts';
import type { WeightsFile } from './weights-file.ts';

/**
 * Reads weights to start from: a safetensors file of F32 or F64 tensors, these rounded to F32; an `.npz` archive or a folder of
 * `.npy` files, of 16, 32 or 64-bit floats. What a file is, its first bytes tell.
 *
 * @throws {RangeError} one sentence that names the file, the rule it breaks and the value found
 * @throws {Error} as the file system says
 */
export async function readWeights(path: string): Promise<WeightsFile> {
  if ((await stat(path)).isDirectory()) return readNpyFolder(path);
  if (await isZip(path)) return readNpz(path);
  const { arrays, metadata } = await readArrays(path, ['F32', 'F64']);
  const parameters = arrays.map(
    ({ name, shape, data }): Parameter => ({
      ...{ name, shape },
      data: data instanceof Float32Array ? data : Float32Array.from(data),
    }),
  );
  return { path, parameters, metadata };
}

async function isZip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const first = Buffer.alloc(zipMagic.length);
    await file.read(first, 0, first.length, 0);
    return first.equals(zipMagic);
  } finally {
    await file.close();
  }
}
