import { importedFromOutside, importedHere } from './platform/imported.ts';

/**
 * A plan is a value that says how to make something, and crosses to a worker thread or another machine as it is.
 *
 * A stage runs on a thread of its own, where no closure of this thread can follow. So a member of a family is named by
 * its module and by plain options; the thread that needs it imports the module and calls its `create`. A member in a
 * user's own file works the same way as one of ours.
 */
export interface Plan<T, Context = undefined> {
  /**
   * `forwardflow:<path>` for a module of this library, the path relative to its root and without extension; otherwise the
   * file URL or the package specifier of the module that exports `create(options, context)`.
   */
  readonly module: string;
  readonly name: string;
  /** plain data: whatever structured clone carries */
  readonly options: Readonly<Record<string, unknown>>;
  /** never present at run time: ties the plan to what it makes, and to what that is made with */
  readonly makes?: (context: Context) => T;
}

/** the folder that `forwardflow:` stands for, `src` or `dist`, and the extension of its modules */
const root = import.meta.url.replace(/core\/[^/]*$/, '');
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const scheme = 'forwardflow:';

/**
 * A plan that the module makes.
 *
 * @param module  `import.meta.url` of the module, or the specifier of its package, which other machines can resolve too
 */
export function plan<T, Context = undefined>(
  module: string,
  name: string,
  options: object = {},
): Plan<T, Context> {
  return { module: portable(module), name, options: options as Readonly<Record<string, unknown>> };
}

/**
 * Makes what a plan says, on this thread.
 *
 * @throws {TypeError} when the plan's module can't be imported or exports no `create`
 */
export function make<T>(from: Plan<T>): Promise<T>;
/** @param context  what the family's shape promises its members */
export function make<T, Context>(from: Plan<T, Context>, context: Context): Promise<T>;
export async function make<T>(from: Plan<T, never>, context?: unknown): Promise<T> {
  const { create } = await moduleOf(from);
  if (typeof create !== 'function') {
    throw new TypeError(
      `module of plan '${from.name}' must export create(options, context); got none in ${from.module}`,
    );
  }
  return create(from.options, context);
}

/**
 * The module of a plan, imported on this thread.
 *
 * @throws {TypeError} when it can't be imported; the cause is what the import threw
 */
export async function moduleOf({ module, name }: Plan<unknown, never>): Promise<Record<string, unknown>> {
  try {
    return await imported(module);
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0];
    throw new TypeError(
      `module of plan '${name}' must be a file URL, a package or ${scheme}<path> that can be imported; got '${module}': ${reason}`,
      { cause },
    );
  }
}

async function imported(module: string): Promise<Record<string, unknown>> {
  if (module.startsWith(scheme)) {
    const url = new URL(module.slice(scheme.length) + extension, root).href;
    if (!url.startsWith(root)) throw new RangeError('its path leaves the library');
    return importedHere(url);
  }
  if (/^\.{0,2}\//.test(module))
    throw new RangeError('a path is relative to nothing that other threads know');
  return importedFromOutside(module);
}

/** Names a module of this library by its path below the root, so that another installation finds its own. */
function portable(module: string): string {
  if (!module.startsWith(root) || !module.endsWith(extension)) return module;
  return scheme + module.slice(root.length, -extension.length);
}
