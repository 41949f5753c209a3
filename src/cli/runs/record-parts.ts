import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { shown } from '../../extend.ts';
import { wallDate } from '../../report.ts';

// What the folders of runs and of streams have in common.

/** `unfinished`: it goes on, or its process was killed */
export type RunState = 'finished' | 'interrupted' | 'failed' | 'unfinished';

/** A folder, and when what it holds began, as ISO 8601. */
export interface Begun {
  readonly folder: string;
  readonly begun: string;
}

/** bytes of a config or summary that are read */
const mostBytes = 64e6;

/** What there is in the folders of a folder, the newest first. @throws {Error} when it is no folder */
export function newestFirst<T extends Begun>(root: string, of: (path: string) => T | undefined): T[] {
  const there = statSync(root, { throwIfNoEntry: false });
  if (there === undefined) return [];
  if (!there.isDirectory()) throw new Error(`runs must be a folder; got ${shown(root)}, which is none`);
  const found = readdirSync(root)
    .map((folder) => of(join(root, folder)))
    .filter((record) => record !== undefined);
  return found.sort(byBegin);
}

/** The later one first. */
export function byBegin(a: Begun, b: Begun): number {
  return a.begun === b.begun ? (a.folder < b.folder ? 1 : -1) : a.begun < b.begun ? 1 : -1;
}

/** @param summary  null or undefined where there is none */
export function stateOf(
  summary: { readonly interrupted: boolean; readonly error?: string | undefined } | null | undefined,
): RunState {
  if (summary == null) return 'unfinished';
  return summary.interrupted ? 'interrupted' : summary.error === undefined ? 'finished' : 'failed';
}

/** By the name of the folder, or, where that was changed, by the file that a run writes first. */
export function begunAt(path: string): Date {
  const [, day, ...time] = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)/.exec(basename(path)) ?? [];
  if (day !== undefined) return new Date(`${day}T${time.join(':')}Z`);
  return statSync(join(path, 'config.json')).mtime;
}

/** undefined where the file is missing, or holds no JSON object */
export function objectIn(path: string): Record<string, unknown> | undefined {
  try {
    const { size } = statSync(path);
    if (size > mostBytes) return undefined;
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whole seconds since then. */
export function ageOf(begun: Date): number {
  return Math.max(0, Math.round((wallDate().getTime() - begun.getTime()) / 1000));
}
