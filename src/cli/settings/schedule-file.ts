import { createRequire } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadTypeScript, type ScheduleFactory } from '../../extend.ts';
import type { SchedulePlan } from '../../simulation.ts';

/** Whether a name is the path of a module: `./mine.ts`, `/home/me/mine.js`. */
export function isPath(name: string): boolean {
  return name.startsWith('./') || name.startsWith('../') || isAbsolute(name);
}

/** The path from the root, so that a run folder's config finds the module from anywhere on this machine. */
export function pathIn(name: string): string {
  return resolve(name);
}

/** What a module that was written outside this package gives. */
interface Found {
  plan(options?: object): SchedulePlan;
  readonly takes: ScheduleFactory['takes'] | undefined;
}

/**
 * The schedule of a module: its default export, or its only exported function but `create`; a factory of plans or a plan.
 *
 * @param name  the path as it was given, for errors
 * @throws {Error} one sentence, when it can't be loaded or has no schedule, or several
 */
export async function moduleOf(path: string, name: string): Promise<Found> {
  const exported = await imported(path, name);
  const factories = Object.entries(exported).filter(
    ([key, value]) => key !== 'create' && typeof value === 'function',
  );
  const chosen = exported.default ?? (factories.length === 1 ? factories[0][1] : undefined);
  const rule = 'a module with a default export, or one exported function, that gives a plan';
  if (chosen === undefined) {
    const names = factories.map(([key]) => key).join(', ') || 'none';
    throw new Error(`schedule ${name} must be ${rule}; got ${names}`);
  }
  const factory = typeof chosen === 'function' ? (chosen as ScheduleFactory) : () => chosen as SchedulePlan;
  const plan = factory();
  if (typeof plan?.module !== 'string' || typeof plan.name !== 'string')
    throw new Error(`schedule ${name} must be ${rule}; got ${JSON.stringify(plan) ?? String(plan)}`);
  return { plan: factory, takes: (chosen as ScheduleFactory).takes };
}

async function imported(path: string, name: string): Promise<Record<string, unknown>> {
  const address = pathToFileURL(path).href;
  try {
    if (needsLoader(path)) await loadTypeScript(loaderFor(address));
    return (await import(address)) as Record<string, unknown>;
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new Error(`schedule ${name} must be a module that can be loaded; got ${reason}`);
  }
}

/** Node 22.18 and later load TypeScript themselves, and so does whoever runs this package from its sources. */
function needsLoader(path: string): boolean {
  return (
    /\.[mc]?tsx?$/.test(path) &&
    !('typescript' in process.features && process.features.typescript) &&
    !import.meta.url.endsWith('.ts')
  );
}

/** Where tsx lies: beside the module, or beside this package. */
function loaderFor(address: string): string {
  for (const from of [address, import.meta.url]) {
    try {
      // what require finds is its CommonJS twin
      return pathToFileURL(
        createRequire(from)
          .resolve('tsx/esm/api')
          .replace(/\.cjs$/, '.mjs'),
      ).href;
    } catch {
      // not there
    }
  }
  throw new Error(
    `TypeScript, which Node ${process.version} loads only where tsx is installed: npm install tsx`,
  );
}
