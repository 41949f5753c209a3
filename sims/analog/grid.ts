import { type Dataset, firstOf, mnist } from '../../src/index.ts';
import { columns, each, type Figures, figureOver, percentOver } from '../../src/report.ts';
import { accuracyOf, arms, type Chip } from './arms.ts';

export type ArmKey = keyof typeof arms;

/** What chips are like, and how deep the networks are. */
export interface Condition {
  readonly name: string;
  readonly chip: Omit<Chip, 'seed'>;
  /** hidden layers of 64 units */
  readonly depth: number;
}

/** By condition and arm: the accuracy on each chip. */
export type Grid = (condition: string, arm: ArmKey) => readonly number[];

/** Every arm under every condition on the same chips, whose seed is the run's as well. */
export async function gridOf(
  keys: readonly ArmKey[],
  conditions: readonly Condition[],
  seeds: readonly number[],
  data: { readonly samples: Dataset; readonly test: Dataset },
): Promise<Grid> {
  const found = new Map<string, readonly number[]>();
  for (const { name, chip, depth } of conditions)
    for (const key of keys) {
      const hidden = Array.from({ length: depth }, () => 64);
      const task = { ...data, hidden, epochs: 1 };
      const of = (seed: number) => accuracyOf(arms[key], { ...chip, seed }, { ...task, seed });
      found.set(`${name} ${key}`, await each(seeds, of));
    }
  return (condition, arm) => found.get(`${condition} ${arm}`) ?? [];
}

/** The same for a record: by condition and arm the mean and its 95 % interval. */
export function gridFigures(grid: Grid, keys: readonly ArmKey[], conditions: readonly Condition[]): Figures {
  const row = (name: string) =>
    Object.fromEntries(keys.map((key) => [arms[key].name, figureOver(grid(name, key))]));
  return Object.fromEntries(conditions.map(({ name }) => [name, row(name)]));
}

/** A row an arm, a column a condition: mean ± 95 % interval, in per cent. */
export function gridTable(
  grid: Grid,
  keys: readonly ArmKey[],
  conditions: readonly Condition[],
  title: string,
) {
  const rows = keys.map((key) => [
    arms[key].name,
    ...conditions.map(({ name }) => percentOver(grid(name, key)).replace('± ', '±')),
  ]);
  return columns([title, ...conditions.map(({ name }) => name)], rows);
}

/** The first images of MNIST, and some of its test set. */
export async function firstImages(samples: number, test: number) {
  return { samples: firstOf(await mnist('train'), samples), test: firstOf(await mnist('test'), test) };
}
