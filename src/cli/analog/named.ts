import { mustBeOneOf } from '../../extend.ts';
import { type OptionValue, optionsIn } from '../members/member-spec.ts';

/** A part of an analog tile as a setting names it: `ReRamSB`, or `constant-step:stepSize=0.002,stepNoise=0`. */
export interface NamedPart {
  readonly name: string;
  readonly options: Readonly<Record<string, OptionValue>>;
}

/**
 * Reads a name with options behind it.
 *
 * @param setting  for errors: `cell`
 * @param names    those there are
 * @throws {Error} one sentence, where the name is unknown or the options are no pairs
 */
export function namedPart(setting: string, text: string, names: readonly string[]): NamedPart {
  const [, name = text, pairs] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  mustBeOneOf(name, names, setting);
  return { name, options: optionsIn(`${setting} ${name}`, pairs) };
}

/**
 * Makes a part of the options behind its name, and names the setting in what it refuses.
 *
 * @throws {Error} one sentence
 */
export function madeOf<T>(setting: string, text: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new Error(`${setting} '${text}': ${(error as Error).message}`, { cause: error });
  }
}
