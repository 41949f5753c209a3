import { readdirSync } from 'node:fs';
import { it } from 'vitest';
import type { ContractRule } from '../../src/check/rule.ts';
import type { Plan } from '../../src/core/plan.ts';

/** A way to make a member of a family, or to plan one, found in the family's folder. */
export interface Found<T = Plan<unknown>> {
  /** `folder/file.ts factory()` */
  readonly title: string;
  /** the module's address */
  readonly module: string;
  factory(options?: object | number): T;
}

/** What a plan calls a module of ours: `forwardflow:layers/backprop`. */
export function named(module: string): string {
  return module.replace(new URL('../../src/', import.meta.url).href, 'forwardflow:').replace(/\.ts$/, '');
}

/** What a member's module exports beside its factories: what its plan needs, and what other members are made of. */
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
  return factoriesIn<Plan<unknown>>(family, [shape, ...beside], ['create']);
}

/** The same for a family whose members are plain values, not planned: they stay on the thread that made them. */
export async function valuesOf<T>(family: string, shape: string): Promise<Found<T>[]> {
  return factoriesIn<T>(family, [shape], []);
}

async function factoriesIn<T>(
  family: string,
  others: readonly string[],
  besides: readonly string[],
): Promise<Found<T>[]> {
  const folder = new URL(`../../src/${family}/`, import.meta.url);
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !others.includes(entry.name))
    .map(({ name }) => name);
  const found: Found<T>[] = [];
  for (const file of files) {
    const module = new URL(file, folder).href;
    const exported = (await import(module)) as Record<string, unknown>;
    const factories = Object.entries(exported).filter(
      ([name, value]) => typeof value === 'function' && !machinery.has(name),
    );
    const lacking = besides.filter((name) => typeof exported[name] !== 'function');
    if (factories.length === 0 || lacking.length > 0)
      throw new TypeError(
        `${family}/${file} must export a factory${besides.length > 0 ? ' and create(options)' : ''}; got neither or one`,
      );
    for (const [name, value] of factories) {
      found.push({
        title: `${family}/${file} ${name}()`,
        module,
        factory: value as Found<T>['factory'],
      });
    }
  }
  if (found.length === 0) throw new RangeError(`members of ${family} must be 1 or more; got 0`);
  return found;
}

/** A test for each rule of a family's contract, the same that `forwardflow check` runs. */
export function keepsRules<S>(rules: readonly ContractRule<S>[], subject: S): void {
  for (const rule of rules.filter((one) => one.applies?.(subject) ?? true))
    it(rule.says, async () => rule.check(subject));
}

/** The names of the rules that a member breaks. */
export async function brokenRules<S>(rules: readonly ContractRule<S>[], subject: S): Promise<string[]> {
  const broken: string[] = [];
  for (const rule of rules.filter((one) => one.applies?.(subject) ?? true)) {
    try {
      await rule.check(subject);
    } catch {
      broken.push(rule.name);
    }
  }
  return broken;
}
