import { readdirSync } from 'node:fs';
import type { Plan } from '../../src/core/plan.ts';

/** A way to plan a member of a family, found in the family's folder. */
export interface Found {
  /** `folder/file.ts factory()` */
  readonly title: string;
  /** the module's address */
  readonly module: string;
  factory(options?: object): Plan<unknown>;
}

/** What a member's module exports beside its factories. */
const machinery = new Set(['create', 'emits', 'cost']);

/**
 * Every factory in a family's folder: all functions that its files export, but those that a plan's module must have.
 *
 * @param shape   the file that is the family's shape, not a member
 * @param beside  other files that are no members
 */
export async function membersOf(
  family: string,
  shape: string,
  beside: readonly string[] = [],
): Promise<Found[]> {
  const folder = new URL(`../../src/${family}/`, import.meta.url);
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ name }) => name)
    .filter((name) => name !== shape && !beside.includes(name));
  const found: Found[] = [];
  for (const file of files) {
    const module = new URL(file, folder).href;
    const exported = (await import(module)) as Record<string, unknown>;
    const factories = Object.entries(exported).filter(
      ([name, value]) => typeof value === 'function' && !machinery.has(name),
    );
    if (factories.length === 0 || typeof exported.create !== 'function')
      throw new TypeError(`${family}/${file} must export a factory and create(options); got neither or one`);
    for (const [name, value] of factories) {
      found.push({
        title: `${family}/${file} ${name}()`,
        module,
        factory: value as Found['factory'],
      });
    }
  }
  if (found.length === 0) throw new RangeError(`members of ${family} must be 1 or more; got 0`);
  return found;
}
