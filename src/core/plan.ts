/**
 * A plan is a value that says how to make something, and crosses to a worker thread as it is.
 *
 * A stage runs on a thread of its own, where no closure of this thread can follow. So a member of a family is named by
 * the module that makes it and by plain options; the thread that needs it imports the module and calls its `create`.
 * A member that lives in a user's own file works the same way as one of ours.
 */
export interface Plan<T> {
  /** `import.meta.url` of the module that exports `create(options, context)` */
  readonly module: string;
  readonly name: string;
  /** plain data: whatever structured clone carries */
  readonly options: Readonly<Record<string, unknown>>;
  /** never there at run time: it ties the plan to what it makes */
  readonly makes?: T;
}

export function plan<T>(module: string, name: string, options: object = {}): Plan<T> {
  return { module, name, options: options as Readonly<Record<string, unknown>> };
}

/**
 * Makes what a plan says, on this thread.
 *
 * @param context  what the family's shape promises its members
 * @throws {TypeError} when the plan's module exports no `create`
 */
export async function make<T>(from: Plan<T>, context?: unknown): Promise<T> {
  const module = (await moduleOf(from)) as {
    create?: (options: unknown, context: unknown) => T | Promise<T>;
  };
  if (typeof module.create !== 'function') {
    throw new TypeError(
      `module of plan '${from.name}' must export create(options, context); got none in ${from.module}`,
    );
  }
  return module.create(from.options, context);
}

/** The module that a plan names, loaded on this thread. */
export async function moduleOf(plan: Pick<Plan<unknown>, 'module'>): Promise<object> {
  return import(plan.module);
}
