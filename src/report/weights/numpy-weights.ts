import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must, printableLine } from '../../core/check.ts';
import type { Parameter } from '../../core/trace.ts';
import { readBytes } from '../../data/formats/file-bytes.ts';
import { type NpyArray, readNpy } from '../../data/formats/numpy/npy.ts';
import { npyMembers } from '../../data/formats/numpy/zip.ts';
import type { WeightsFile } from './weights-file.ts';

/** types that floats of 32 bits hold, 64 bits rounded */
const floats = ['float16', 'float32', 'float64'];

/**
 * Reads weights that NumPy has saved in one archive, as `numpy.savez` does: an array's name is its key.
 *
 * @throws {Error} one sentence that names the file, the rule it breaks and the value found
 */
export async function readNpz(path: string): Promise<WeightsFile> {
  const members = await npyMembers(path);
  const names = members.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  must(twice === undefined, `arrays of ${path}`, 'of different names', twice);
  const parameters = members.map(({ name, bytes }) => {
    const thing = `${printableLine(name)} in ${path}`;
    return parameterOf(name, readNpy(bytes(), thing), thing);
  });
  return { path, parameters, metadata: {} };
}

/**
 * Reads weights that NumPy has saved as an `.npy` file each: an array's name is its file's, without `.npy`. The rule that an
 * export has written beside them, in `names.json`, says that names and shapes are ours.
 *
 * @throws {Error} one sentence that names the file, the rule it breaks and the value found
 */
export async function readNpyFolder(path: string): Promise<WeightsFile> {
  const parameters: Parameter[] = [];
  for (const file of (await readdir(path)).filter((name) => name.endsWith('.npy')).sort()) {
    const thing = join(path, file);
    parameters.push(
      parameterOf(file.slice(0, -'.npy'.length), readNpy(await readBytes(thing), thing), thing),
    );
  }
  must(parameters.length > 0, `weights folder ${path}`, 'one that holds .npy files', 'none');
  return { path, parameters, metadata: await metadataIn(path) };
}

function parameterOf(name: string, { shape, dtype, values }: NpyArray, thing: string): Parameter {
  must(floats.includes(dtype), thing, `an array of ${floats.join(', ')}`, dtype);
  return { name, shape, data: Float32Array.from(values as ArrayLike<number>) };
}

async function metadataIn(path: string): Promise<Readonly<Record<string, string>>> {
  try {
    const { rule } = JSON.parse(await readFile(join(path, 'names.json'), 'utf8')) as { rule?: unknown };
    return typeof rule === 'string' ? { rule } : {};
  } catch {
    return {};
  }
}
