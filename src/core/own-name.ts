import * as modules from 'node:module';

/** Each name of this package, and the module here that has it. */
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const here = (entry: string): string => new URL(`../${entry}.${extension}`, import.meta.url).href;
const homes: Readonly<Record<string, string>> = {
  forwardflow: here('index'),
  'forwardflow/simulation': here('simulation'),
  'forwardflow/report': here('report'),
  'forwardflow/extend': here('extend'),
};

/** The hooks as text, since Node before 22.15 runs them on a thread of their own, which loads no TypeScript. */
const hooks = `import { readFileSync } from 'node:fs';
const homes = ${JSON.stringify(homes)};
const typescript = /^file:.*\\.tsx?(\\?.*)?$/;

function home(specifier, error) {
  if (!Object.hasOwn(homes, specifier)) throw error;
  return { url: homes[specifier], shortCircuit: true };
}
function withFormat(found) {
  const { format } = found;
  // Node that strips types finds out by itself what no package says
  const open = format === 'commonjs' || ((format === undefined || format === null) && !process.features.typescript);
  return open && typescript.test(found.url) && isModule(found.url) ? { ...found, format: 'module' } : found;
}
function isModule(url) {
  for (let folder = new URL('.', url); ; folder = new URL('..', folder)) {
    try {
      const { type } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
      if (type !== undefined) return type === 'module';
      break;
    } catch {
      if (folder.pathname === new URL('..', folder).pathname) break;
    }
  }
  return /^\\s*(import|export)\\s/m.test(readFileSync(new URL(url), 'utf8'));
}
export function resolveSync(specifier, context, next) {
  try {
    return withFormat(next(specifier, context));
  } catch (error) {
    return home(specifier, error);
  }
}
export async function resolve(specifier, context, next) {
  try {
    return withFormat(await next(specifier, context));
  } catch (error) {
    return home(specifier, error);
  }
}`;

let telling: Promise<void> | undefined;

/**
 * Has a module of one's own, anywhere on the machine, find this package by its name where none is installed beside it, as
 * where a globally installed command is told to load it; what is installed beside it goes first. A TypeScript file of no
 * package is an ES module, as Node has it: tsx would take it for CommonJS, which can't wait for what it imports.
 *
 * @param module  the address of a module that may import `forwardflow`
 */
export async function shareOwnName(module: string): Promise<void> {
  if (!module.startsWith('file:')) return;
  telling ??= tell();
  await telling;
}

async function tell(): Promise<void> {
  const source = `data:text/javascript,${encodeURIComponent(hooks)}`;
  const { registerHooks } = modules as unknown as { registerHooks?: (hooks: object) => void };
  if (registerHooks === undefined) return modules.register(source);
  const { resolveSync } = (await import(source)) as { resolveSync: unknown };
  registerHooks({ resolve: resolveSync });
}
