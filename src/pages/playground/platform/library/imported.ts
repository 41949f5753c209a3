import { members } from 'forwardflow:members';

type Module = Record<string, unknown>;

/** A module of this library by its address: one of those that were bundled. */
export async function importedHere(address: string): Promise<Module> {
  const load = members[address.replace(/^.*:\/\/\//, '')];
  if (load === undefined) throw new RangeError(`this page does not carry it: ${address}`);
  return load();
}

/** A page imports no module from outside. */
export async function importedFromOutside(module: string): Promise<Module> {
  throw new RangeError(`a page imports no module from outside; got ${module}`);
}
