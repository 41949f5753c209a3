import { readdirSync, readFileSync } from 'node:fs';
import * as modules from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = new URL('../../', import.meta.url).href;
/** the folder that `compile.ts` has filled; without it every file is compiled when it is loaded */
const compiled = process.env.FORWARDFLOW_COMPILED;
/** where packages of many files lie as one */
const packages = new Map(compiled === undefined ? [] : namesOf(`${compiled}/packages`));
const own = /^forwardflow(?:\/(simulation|report|extend))?$/;

/**
 * Has this thread load TypeScript, as tsx does but for less than half of its price: our files were compiled once for the
 * whole suite.
 */
export function register() {
  // hooks on the thread itself came with Node 22.15; before, they run on a thread of their own
  if (modules.registerHooks) modules.registerHooks({ resolve, load: (...args) => load(...args) });
  else modules.register(import.meta.url);
}

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, next) {
  if (packages.has(specifier)) return { url: packages.get(specifier), shortCircuit: true };
  const [whole, part = 'index'] = own.exec(specifier) ?? [];
  return whole === undefined ? next(specifier, context) : next(`${root}src/${part}.ts`, context);
}

/** @type {import('node:module').LoadHookSync} */
export function load(url, context, next) {
  // a test runner adds a query to its files
  const [file] = url.split('?');
  if (!/^file:.*\.ts$/.test(file)) return next(url, context);
  return { format: 'module', shortCircuit: true, source: ahead(file) ?? now(file) };
}

function ahead(url) {
  if (compiled === undefined || !url.startsWith(root)) return undefined;
  try {
    return readFileSync(`${compiled}/${url.slice(root.length, -'ts'.length)}js`, 'utf8');
  } catch {
    return undefined;
  }
}

function now(url) {
  const require = modules.createRequire(import.meta.url);
  const { transformSync } = require('esbuild');
  const sourcefile = fileURLToPath(url);
  const options = { loader: 'ts', format: 'esm', target: 'es2023', sourcefile, sourcemap: 'inline' };
  return transformSync(readFileSync(new URL(url), 'utf8'), options).code;
}

function namesOf(folder) {
  return readdirSync(folder).map((file) => [
    file.replace('.js', ''),
    pathToFileURL(`${folder}/${file}`).href,
  ]);
}
