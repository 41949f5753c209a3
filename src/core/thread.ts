import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';

/** the address of what loads TypeScript, where this process was told */
let loader: string | undefined;
let registering: Promise<void> | undefined;

/** Has this thread, and those that it starts with `threadArguments`, load TypeScript. @param address  of tsx's `esm/api` */
export function loadTypeScript(address: string): Promise<void> {
  registering ??= (async () => {
    const { register } = (await import(address)) as { register(): void };
    threadsLoadWith(address);
    register();
  })();
  return registering;
}

/** Has the threads that this one starts load TypeScript. @param address  of a module that exports `register()`, as tsx's `esm/api` does */
export function threadsLoadWith(address: string): void {
  loader = address;
}

/**
 * Sees to it that this thread can import a module, where that is a TypeScript file and nothing loads TypeScript here yet:
 * Node before 22.18 does not, and later ones not below `node_modules`.
 *
 * @param module  the address of any module
 * @throws {Error} when there is no tsx beside the module, this package or the running program
 */
export async function readyFor(module: string): Promise<void> {
  if (!/^file:.*\.[mc]?tsx?(\?.*)?$/.test(module) || loads(module)) return;
  const address = tsxBeside([module, import.meta.url, pathToFileURL(join(process.cwd(), 'main.js')).href]);
  if (address === undefined)
    throw new Error(
      `TypeScript, which Node ${process.version} loads only where tsx is installed: npm install tsx, or compile the file and name the .js`,
    );
  await loadTypeScript(address);
}

/** Whether a TypeScript file can be imported on this thread as it is. */
function loads(module: string): boolean {
  if (loader !== undefined && registering === undefined) return true; // started with what its thread was told
  if (import.meta.url.endsWith('.ts')) return true; // whatever has loaded this file loads others
  if (isMainThread ? startedByTsx() : process.execArgv.some((one) => one.startsWith(registration)))
    return true;
  const strips = 'typescript' in process.features && Boolean(process.features.typescript);
  return strips && !module.includes('/node_modules/');
}

/** Whether tsx started this program, as its command or by `--import tsx`. */
function startedByTsx(): boolean {
  return /(^|[\\/ =])tsx\b/.test([...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' '));
}

/** The address of tsx's `esm/api`, beside one of these modules. */
function tsxBeside(modules: readonly string[]): string | undefined {
  for (const module of modules) {
    try {
      const twin = createRequire(module).resolve('tsx/esm/api'); // what require finds is its CommonJS twin
      return pathToFileURL(twin.replace(/\.cjs$/, '.mjs')).href;
    } catch {
      // not there
    }
  }
  return undefined;
}

const registration = 'data:text/javascript,import { register } from ';

/**
 * The `execArgv` with which a worker thread or a process runs a module as this one is run: nothing for compiled
 * JavaScript, tsx for TypeScript, and tsx where it has started this program, whose members may be in TypeScript.
 *
 * `--import tsx` would not do on a thread: before Node 22.22, tsx 4.23 registers itself on the main thread only, and
 * the first `import()` of a TypeScript file, as in `make(plan)`, ends with *Unknown file extension ".ts"*.
 *
 * @param module  `import.meta.url` of whoever starts the thread
 */
export function threadArguments(module: string): string[] {
  const address = loader ?? (module.endsWith('.ts') ? import.meta.resolve('tsx/esm/api') : tsxOfProgram());
  if (address === undefined) return [];
  const tsx = JSON.stringify(address);
  return ['--import', `${registration}${encodeURIComponent(tsx)}; register();`];
}

function tsxOfProgram(): string | undefined {
  if (!isMainThread || !startedByTsx()) return undefined;
  return tsxBeside([pathToFileURL(join(process.cwd(), 'main.js')).href, import.meta.url]);
}
