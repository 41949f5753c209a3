import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

// Examples import the package by its name. Here they are copied to a folder of the test's own, with the sources in its place.

const root = fileURLToPath(new URL('../../', import.meta.url));
const source = (name: string): string => pathToFileURL(join(root, `src/${name}.ts`)).href;
const folder = mkdtempSync(join(root, 'test/examples/copied-'));

/** The module of an example, on the sources. */
export function exampleOf<T>(name: string): Promise<T> {
  const code = readFileSync(join(root, 'examples', name), 'utf8');
  const here = code.replace(/from 'forwardflow(?:\/(\w+))?'/g, (_, sub = 'index') => `from '${source(sub)}'`);
  writeFileSync(join(folder, name), here);
  return import(pathToFileURL(join(folder, name)).href) as Promise<T>;
}

export function removeExamples(): void {
  rmSync(folder, { recursive: true, force: true });
}
