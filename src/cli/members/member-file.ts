import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { isPlan, moduleOf, nearestPath, type Plan } from '../../extend.ts';

/** Makes plans; what a member's file exports. It may say of itself which options a command offers, as a schedule does. */
export interface MemberFactory {
  (options?: object): Plan<unknown>;
  readonly takes?: unknown;
}

/** What a module exports beside its factory: what its plan needs. */
const machinery = new Set(['create', 'emits', 'cost']);
const rule = 'a module with a default export, or one exported function, that gives a plan';

/**
 * The factory of a module that was written outside this package: its default export, or its only exported function but
 * those that a plan needs; a factory of plans or a plan.
 *
 * @param thing  the member as it was given, for errors: `rule ./mine.ts`
 * @throws {Error} one sentence, when it can't be loaded or has no factory, or several
 */
export async function factoryIn(path: string, thing: string): Promise<MemberFactory> {
  const exported = await imported(path, thing);
  const factories = Object.entries(exported).filter(
    ([key, value]) => !machinery.has(key) && typeof value === 'function',
  );
  const chosen = exported.default ?? (factories.length === 1 ? factories[0][1] : undefined);
  if (chosen === undefined) {
    const names = factories.map(([key]) => key).join(', ') || 'none';
    throw new Error(`${thing} must be ${rule}; got ${names}`);
  }
  return typeof chosen === 'function' ? (chosen as MemberFactory) : () => chosen as Plan<unknown>;
}

/** @throws {Error} one sentence, where the factory throws or gives no plan */
export function planFrom(factory: MemberFactory, options: object, thing: string): Plan<unknown> {
  let plan: unknown;
  try {
    plan = factory(options);
  } catch (error) {
    throw new Error(`${thing} must give a plan for ${JSON.stringify(options)}; got ${reasonOf(error)}`);
  }
  if (isPlan(plan)) return plan;
  throw new Error(`${thing} must be ${rule}; got ${JSON.stringify(plan) ?? String(plan)}`);
}

async function imported(path: string, thing: string): Promise<Record<string, unknown>> {
  const there = statSync(path, { throwIfNoEntry: false });
  // a device such as /dev/zero never ends
  if (there !== undefined && !there.isFile())
    throw new Error(`${thing} must be a module that can be loaded; got no regular file`);
  try {
    return await moduleOf({ module: pathToFileURL(path).href, name: thing, options: {} });
  } catch (error) {
    throw new Error(
      `${thing} must be a module that can be loaded; got ${reasonOf((error as Error).cause)}${nearestPath(path)}`,
      {
        cause: error,
      },
    );
  }
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
}
