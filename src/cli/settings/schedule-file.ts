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
  const load = (): Promise<Record<string, unknown>> => import(address);
  return load()
    .catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw error;
      await loadTypeScript(loaderFor(address));
      return load();
    })
    .catch((error: Error) => {
      throw new Error(
        `schedule ${name} must be a module that can be loaded; got ${error.message.split('\n')[0]}`,
      );
    });
}

/** Where tsx lies: beside the module, or beside this package. */
function loaderFor(address: string): string {
  for (const from of [address, import.meta.url]) {
    try {
      return pathToFileURL(createRequire(from).resolve('tsx/esm/api')).href;
    } catch {
      // not there
    }
  }
  throw new Error(
    `TypeScript, which Node ${process.version} loads only where tsx is installed: npm install tsx`,
  );
}
