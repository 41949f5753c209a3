import type { Command } from 'commander';

const known = new WeakMap<Command, Map<string, () => readonly string[]>>();

/**
 * Tells what a shell may offer for the value of a flag or an argument.
 *
 * @param name   of the flag as commander has it, `--rule`, or of the argument, `command`
 * @param words  asked for when a completion script is printed
 */
export function offer(command: Command, name: string, words: () => readonly string[]): void {
  const own = known.get(command) ?? new Map<string, () => readonly string[]>();
  known.set(command, own.set(name, words));
}

/** What a shell may offer there; none where nobody told. */
export function offered(command: Command, name: string): readonly string[] {
  return known.get(command)?.get(name)?.() ?? [];
}
