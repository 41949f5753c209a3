import { isDeepStrictEqual } from 'node:util';

/** One rule that every member of a family keeps. */
export interface ContractRule<Subject> {
  /** short and stable, for a list: `never the true label` */
  readonly name: string;
  /** what holds of a member that keeps it, as a sentence without its subject */
  readonly says: string;
  /** left out: it applies to every member */
  applies?(subject: Subject): boolean;
  /** @throws {BrokenRule} where the member breaks it; anything else that is thrown breaks it too */
  check(subject: Subject): void | Promise<void>;
}

/** A rule that a member does not keep: what was seen instead. */
export class BrokenRule extends Error {
  override readonly name = 'BrokenRule';
}

/** @throws {BrokenRule} unless it holds */
export function holds(condition: boolean, seen: string): asserts condition {
  if (!condition) throw new BrokenRule(seen);
}

/** @throws {BrokenRule} unless both are the same, to the bit, whole arrays and objects too */
export function same(got: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(got, expected)) throw new BrokenRule(`${what}: ${difference(got, expected)}`);
}

/** @throws {BrokenRule} unless the call throws an error of this kind */
export function refuses(
  call: () => unknown,
  what: string,
  kind: new (...args: never[]) => Error = RangeError,
): void {
  try {
    call();
  } catch (error) {
    holds(error instanceof kind, `${what}: ${kind.name} expected, ${String(error)} thrown`);
    return;
  }
  throw new BrokenRule(`${what}: nothing was thrown`);
}

/** Where two values differ first. */
function difference(got: unknown, expected: unknown): string {
  if (ArrayBuffer.isView(got) && ArrayBuffer.isView(expected))
    return difference([...asArray(got)], [...asArray(expected)]);
  if (Array.isArray(got) && Array.isArray(expected)) {
    if (got.length !== expected.length) return `${got.length} values, ${expected.length} expected`;
    const at = got.findIndex((value, i) => !isDeepStrictEqual(value, expected[i]));
    return `value ${at} is ${shown(got[at])}, ${shown(expected[at])} expected`;
  }
  if (isRecord(got) && isRecord(expected)) {
    const key = Object.keys(expected).find((one) => !isDeepStrictEqual(got[one], expected[one]));
    if (key !== undefined) return `${key}: ${difference(got[key], expected[key])}`;
  }
  return `${shown(got)}, ${shown(expected)} expected`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function asArray(view: ArrayBufferView): Iterable<number> {
  return view as unknown as Iterable<number>;
}

function shown(value: unknown): string {
  const text = typeof value === 'object' ? (JSON.stringify(value) ?? String(value)) : String(value);
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
