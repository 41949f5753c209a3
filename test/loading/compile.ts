import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** packages of many small files that every thread loads: as one file each they take a tenth of the time */
const packages = ['rxjs', 'zod'];

/**
 * Compiles, once for the whole suite, what threads and programs of the tests load.
 *
 * @returns what removes it again
 */
export default async function compile(): Promise<() => void> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'forwardflow-compiled-'));
  await build({
    absWorkingDir: root,
    entryPoints: ['src/**/*.ts', 'test/**/*.ts', 'examples/*.ts', 'sims/*.ts'],
    ...{ outdir: folder, outbase: root, format: 'esm', target: 'es2023', logLevel: 'error' },
    // failures are told by the lines of the sources
    ...{ sourcemap: 'inline', sourcesContent: false },
  });
  await build({
    absWorkingDir: root,
    entryPoints: packages,
    ...{
      outdir: join(folder, 'packages'),
      bundle: true,
      platform: 'neutral',
      conditions: ['es2015'],
      mainFields: ['module', 'main'],
      format: 'esm',
      logLevel: 'error',
    },
  });
  process.env.FORWARDFLOW_COMPILED = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
