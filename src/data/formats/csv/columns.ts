import { nearest } from '../../../core/check.ts';
import type { KnownFeatures } from '../format.ts';

/** What is asked of a table's columns. */
export interface ColumnOptions extends KnownFeatures {
  /** by name or by number */
  readonly label?: string | undefined;
}

/** What the columns of a table are. */
export interface Columns {
  /** of a header; undefined where the first line is a sample already */
  readonly names: readonly string[] | undefined;
  readonly count: number;
  /** from 0; undefined where no column is the label */
  readonly label: number | undefined;
  /** from 0, in the order of the features */
  readonly features: readonly number[];
  readonly notes: readonly string[];
}

/** Names by which a label's column is known without being asked for. */
const usual = ['label', 'class', 'target', 'y'];

/**
 * Finds the header and the label's column.
 *
 * @param rows     the first one or two records
 * @param thing    the table, for errors
 * @throws {Error} one sentence that says what to do, when the label or a feature is in no column
 */
export function columnsOf(
  rows: readonly (readonly string[])[],
  { label, width, columns }: ColumnOptions,
  thing: string,
): Columns {
  const [first, second] = rows;
  const names = isHeader(first, second, label) ? first.map((name) => name.trim()) : undefined;
  const count = first.length;
  // as wide as the features that are known: a table without its label, which a number can't name
  const bare = count === width && !(label !== undefined && names?.includes(label));
  const at = bare && label !== undefined ? undefined : labelAt(names, count, label);
  const byName =
    names !== undefined && columns !== undefined ? featuresByName(names, columns, at) : undefined;
  if (Array.isArray(byName)) {
    const ignored = names?.filter((_, i) => i !== at && !byName.includes(i)) ?? [];
    const notes =
      ignored.length === 0 ? [] : [`columns that the run does not know are left out: ${few(ignored)}`];
    return { names, count, label: at, features: byName, notes };
  }
  if (count === 1 && width !== 1)
    throw new Error(
      `${thing} must have cells separated by commas, semicolons, tabs or bars, features and a label; got one column, '${few([first[0]])}'`,
    );
  if (at === undefined && count !== width) throw new Error(noLabel(thing, names, count, label, first));
  if (byName !== undefined)
    throw new Error(`${thing} must have the column '${byName}' of the run; got ${few(names ?? [])}`);
  // pandas writes the index of its rows so, unless it is told not to
  const index = names?.[0] === '' && count > 2 ? 0 : undefined;
  const features = first.map((_, i) => i).filter((i) => i !== at && i !== index);
  const notes = index === undefined ? [] : ['the first column, which has no name, is left out as an index'];
  return { names, count, label: at, features, notes };
}

/** What a column is called in errors: its name, or its number from 1. */
export function nameOf({ names }: Pick<Columns, 'names'>, index: number): string {
  return names === undefined ? `column ${index + 1}` : `column '${names[index]}'`;
}

/** Where each wanted feature is; a name that is missing; undefined where names can't tell columns apart. */
function featuresByName(
  names: readonly string[],
  wanted: readonly string[],
  label: number | undefined,
): number[] | string | undefined {
  if (new Set(names).size !== names.length) return undefined;
  const index = new Map(names.map((name, i) => [name, i]));
  if (label !== undefined) index.delete(names[label]);
  const missing = wanted.find((name) => !index.has(name));
  return missing ?? wanted.map((name) => index.get(name) as number);
}

function labelAt(
  names: readonly string[] | undefined,
  count: number,
  label: string | undefined,
): number | undefined {
  if (label === undefined) {
    const found = names?.findIndex((name) => usual.includes(name.toLowerCase())) ?? -1;
    return found < 0 ? undefined : found;
  }
  const named = names?.indexOf(label) ?? -1;
  if (named >= 0) return named;
  if (!/^-?\d+$/.test(label)) return undefined;
  const number = Number(label);
  const index = number < 0 ? count + number : number - 1;
  return index >= 0 && index < count ? index : undefined;
}

function noLabel(
  thing: string,
  names: readonly string[] | undefined,
  count: number,
  label: string | undefined,
  first: readonly string[],
): string {
  const there = names === undefined ? `${count} columns without a header: ${few(first)}` : few(names);
  if (label === undefined)
    return `${thing} must have a column called ${usual.slice(0, -1).join(', ')} or ${usual.at(-1)}, or --label must say which it is, by name or number (1 the first, -1 the last); got ${there}`;
  return `label must be a column of ${thing}, by name or number (1 the first, -1 the last); got '${label}'${nearest(label, names ?? [])}, where there are ${there}`;
}

/**
 * Whether the first line names the columns: none of its cells is a number, one is where the next line has a number, one is the
 * label's name, or its numbers only count (0, 1, 2, … as pandas writes them).
 */
function isHeader(
  first: readonly string[],
  second: readonly string[] | undefined,
  label: string | undefined,
): boolean {
  const text = first.map((cell) => !isNumber(cell));
  if (!text.includes(true)) return false;
  if (!text.includes(false)) return first.length > 1 || second !== undefined;
  if (
    first.some((cell, i) => text[i] && (cell.trim() === label || usual.includes(cell.trim().toLowerCase())))
  )
    return true;
  if (second?.some((cell, i) => text[i] && first[i].trim() !== '' && isNumber(cell))) return true;
  const numbers = first.filter((_, i) => !text[i]).map(Number);
  return numbers.length > 1 && numbers[0] <= 1 && numbers.every((value, i) => value === numbers[0] + i);
}

export function isNumber(cell: string): boolean {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(cell);
}

function few(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => (name.length > 30 ? `${name.slice(0, 30)}…` : name));
  return names.length > 8 ? `${shown.join(', ')}, … (${names.length})` : shown.join(', ');
}
