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
  if (!module.endsWith('.ts')) return [];
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  return [
    '--import',
    `data:text/javascript,import { register } from ${encodeURIComponent(tsx)}; register();`,
  ];
}
