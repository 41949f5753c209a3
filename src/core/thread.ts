/** the address of what loads TypeScript, where this process was told */
let loader: string | undefined;

/** Has this thread, and those that it starts with `threadArguments`, load TypeScript. @param address  of tsx's `esm/api` */
export async function loadTypeScript(address: string): Promise<void> {
  if (loader !== undefined) return;
  threadsLoadWith(address);
  const { register } = (await import(address)) as { register(): void };
  register();
}

/** Has the threads that this one starts load TypeScript. @param address  of a module that exports `register()`, as tsx's `esm/api` does */
export function threadsLoadWith(address: string): void {
  loader = address;
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
  const address = loader ?? (module.endsWith('.ts') ? import.meta.resolve('tsx/esm/api') : undefined);
  if (address === undefined) return [];
  const tsx = JSON.stringify(address);
  return [
    '--import',
    `data:text/javascript,import { register } from ${encodeURIComponent(tsx)}; register();`,
  ];
}
