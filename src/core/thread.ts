/** the address of tsx's `esm/api`, where this process was told to load TypeScript by it */
let loader: string | undefined;

/** Has this thread, and those that it starts with `threadArguments`, load TypeScript. @param address  of tsx's `esm/api` */
export async function loadTypeScript(address: string): Promise<void> {
  if (loader !== undefined) return;
  loader = address;
  const { register } = (await import(address)) as { register(): void };
  register();
}

/**
 * The `execArgv` with which a worker thread or a process runs a module as this one is run: nothing for compiled
 * JavaScript, tsx for TypeScript.
 *
 * `--import tsx` would not do on a thread: before Node 22.22, tsx 4.23 registers itself on the main thread only, and
 * the first `import()` of a TypeScript file, as in `make(plan)`, ends with *Unknown file extension ".ts"*.
 *
 * @param module  `import.meta.url` of whoever starts the thread
 */
export function threadArguments(module: string): string[] {
  const address = module.endsWith('.ts') ? import.meta.resolve('tsx/esm/api') : loader;
  if (address === undefined) return [];
  const tsx = JSON.stringify(address);
  return [
    '--import',
    `data:text/javascript,import { register } from ${encodeURIComponent(tsx)}; register();`,
  ];
}
