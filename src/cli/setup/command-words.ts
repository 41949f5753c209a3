import type { Argument, Command, Option } from 'commander';
import { offered } from './offered.ts';

/** What may stand in one place of a command line. */
export interface Place {
  readonly words: readonly string[];
  /** whether the names of runs may stand there */
  readonly runs: boolean;
}

/** A flag, with what stands behind it where it takes a value. */
export interface FlagWords {
  /** `--rule` */
  readonly name: string;
  readonly says: string;
  readonly value?: Place;
}

/** What a shell needs to know of a command. */
export interface CommandWords {
  readonly name: string;
  readonly says: string;
  readonly flags: readonly FlagWords[];
  /** of the arguments, in their order; the last may be there several times */
  readonly places: readonly Place[];
}

/** Every command of a program with its flags and what they take, as the program itself knows them. */
export function commandWords(program: Command): CommandWords[] {
  return program.commands.map((command) => ({
    name: command.name(),
    says: sentence(command.description()),
    flags: [
      ...command.options.map((option) => flagOf(command, option)),
      { name: '--help', says: 'what it does, or with all every flag', value: place(['all'], '') },
    ],
    places: command.registeredArguments.map((argument) => placeOf(command, argument)),
  }));
}

function flagOf(command: Command, option: Option): FlagWords {
  const name = option.long ?? '';
  const [, takes] = /[<[]([^>\]]*)[>\]]/.exec(option.flags) ?? [];
  const flag = { name, says: sentence(option.description) };
  if (takes === undefined) return flag;
  return { ...flag, value: place([...(option.argChoices ?? []), ...offered(command, name)], takes) };
}

function placeOf(command: Command, argument: Argument): Place {
  const name = argument.name();
  return place([...(argument.argChoices ?? []), ...offered(command, name)], name);
}

/** @param takes  the name of what stands there, as help shows it */
function place(words: readonly string[], takes: string): Place {
  return { words: [...new Set(words)], runs: /^runs?$|^RUN/.test(takes) || takes.startsWith('run ') };
}

/** The beginning of a description, in a line that a shell can show. */
function sentence(text: string): string {
  const [first] = text.split(/[;:(]/);
  return first.replace(/\s+/g, ' ').trim();
}
