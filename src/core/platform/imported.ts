import { createRequire } from 'node:module';
import { join } from 'node:path';
import { shareOwnName } from '../own-name.ts';
import { readyFor } from '../thread.ts';

type Module = Record<string, unknown>;

/** Imports a module of this library by its address. Node's form; a page has those that were bundled with it. */
export function importedHere(address: string): Promise<Module> {
  return import(address);
}

/** Imports a module by its file URL or package. Node's form; a page has none. */
export async function importedFromOutside(module: string): Promise<Module> {
  await readyFor(module);
  await shareOwnName(module);
  try {
    return await import(module);
  } catch (cause) {
    const installed =
      (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' && besideProgram(module);
    if (!installed) throw cause;
    return import(installed);
  }
}

/** A package that the running program has and this library, installed elsewhere, does not see. */
function besideProgram(specifier: string): string | undefined {
  if (URL.canParse(specifier)) return undefined;
  try {
    return createRequire(join(process.cwd(), 'here.js')).resolve(specifier);
  } catch {
    return undefined;
  }
}
