import { isAbsolute, resolve } from 'node:path';

/** What stands behind the = of an option. */
export type OptionValue = number | boolean | string | readonly number[];

/** A member of one's own as a setting names it: the path of its module, and options. */
export interface MemberSpec {
  /** from the root, so that a run folder's config finds the module from anywhere on this machine */
  readonly path: string;
  readonly options: Readonly<Record<string, OptionValue>>;
  /** path and options again, as they are stored: `/home/me/mine.ts:units=300` */
  readonly name: string;
}

/** Whether a setting is the path of a module and not a name: `./mine.ts`, `/home/me/mine.js:units=300`. */
export function isPath(name: string): boolean {
  return name.startsWith('./') || name.startsWith('../') || isAbsolute(name);
}

/**
 * Reads `./mine.ts:units=300,soft=true,mode=fast`: numbers, booleans and text.
 *
 * @param setting  for errors: `rule`
 * @throws {Error} one sentence, where the options are no pairs or one stands twice
 */
export function memberSpec(setting: string, text: string): MemberSpec {
  const [, path = text, pairs] = /^(.*?\.[mc]?[jt]sx?)(?::(.*))?$/s.exec(text) ?? [];
  const options = optionsIn(`${setting} ${path}`, pairs);
  const whole = resolve(path);
  return { path: whole, options, name: pairs === undefined ? whole : `${whole}:${pairs}` };
}

/**
 * Reads `units=300,soft=true,mode=fast,nodes=1;0.5;0`.
 *
 * @param thing  whose options they are, for errors
 * @throws {Error} one sentence, where they are no pairs or one stands twice
 */
export function optionsIn(thing: string, pairs: string | undefined): MemberSpec['options'] {
  const options: Record<string, OptionValue> = {};
  for (const pair of pairs === undefined ? [] : pairs.split(',')) {
    const [, name, value] = /^\s*([A-Za-z]\w*)\s*=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined || value.trim() === '')
      throw new Error(`${thing} must have options as name=value, with commas between; got '${pair}'`);
    if (Object.hasOwn(options, name))
      throw new Error(`${thing} must have each option once; got '${name}' twice`);
    options[name] = valueIn(value.trim());
  }
  return options;
}

/** Members side by side, `ff,./mine.ts:units=300,soft=true`: a comma before `name=` belongs to the options of the one before. */
export function memberList(text: string): string[] {
  return text.split(/,(?!\s*[A-Za-z]\w*\s*=)/).map((part) => part.trim());
}

function valueIn(text: string): OptionValue {
  if (text === 'true' || text === 'false') return text === 'true';
  const numbers = text.split(';').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (numbers.length > 1 && numbers.every(Number.isFinite)) return numbers;
  return Number.isFinite(Number(text)) ? Number(text) : text;
}
