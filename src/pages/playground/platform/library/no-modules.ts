// What the command line's settings use to load modules of one's own: a page loads none.

/** @throws {Error} always */
export async function factoryIn(_path: string, thing: string): Promise<never> {
  throw new Error(`${thing} must be loaded on the command line; a page loads no modules`);
}

/** @throws {Error} always */
export function planFrom(_factory: unknown, _options: object, thing: string): never {
  throw new Error(`${thing} must be loaded on the command line; a page loads no modules`);
}
