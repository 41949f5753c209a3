import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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
  });
  process.env.FORWARDFLOW_COMPILED = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
