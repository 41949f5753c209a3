import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { nearest, nearestPath, refusal, shown } from '../../extend.ts';
import { wallDate } from '../../report.ts';
import type { Summary } from '../running/train-all.ts';
import { streamNamed } from './stream-named.ts';

/** What a run folder says of its run. */
export interface RunRecord {
  readonly folder: string;
  readonly path: string;
  readonly name: string | null;
  readonly command: 'train' | 'compare';
  /** `unfinished`: it goes on, or its process was killed */
  readonly state: 'finished' | 'interrupted' | 'failed' | 'unfinished';
  /** as ISO 8601 */
  readonly begun: string;
  readonly ageSeconds: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly summary: Summary | null;
}

/** bytes of a config or summary that are read */
const mostBytes = 64e6;

/** The run in a folder; undefined where there is none. */
export function recordOf(path: string): RunRecord | undefined {
  const settings = objectIn(join(path, 'config.json'));
  const trains =
    settings !== undefined && 'layers' in settings && ('rule' in settings || 'rules' in settings);
  // what stress leaves has other files
  if (!trains || 'source' in settings) return undefined;
  const summary = objectIn(join(path, 'summary.json')) as Summary | undefined;
  const begun = begunAt(path);
  return {
    folder: basename(path),
    path,
    name: typeof settings.name === 'string' ? settings.name : null,
    command: 'rules' in settings ? 'compare' : 'train',
    state: stateOf(summary),
    begun: begun.toISOString(),
    ageSeconds: Math.max(0, Math.round((wallDate().getTime() - begun.getTime()) / 1000)),
    settings,
    summary: summary ?? null,
  };
}

/** The runs in the folders of a folder, the newest first. */
export function recordsIn(root: string): RunRecord[] {
  return newestFirst(root, recordOf);
}

/** What there is in the folders of a folder, the newest first. @throws {Error} when it is no folder */
export function newestFirst<T extends Pick<RunRecord, 'begun' | 'folder'>>(
  root: string,
  of: (path: string) => T | undefined,
): T[] {
  const there = statSync(root, { throwIfNoEntry: false });
  if (there === undefined) return [];
  if (!there.isDirectory()) throw new Error(`runs must be a folder; got ${shown(root)}, which is none`);
  const found = readdirSync(root)
    .map((folder) => of(join(root, folder)))
    .filter((record) => record !== undefined);
  return found.sort(byBegin);
}

/** The later one first. */
export function byBegin(
  a: Pick<RunRecord, 'begun' | 'folder'>,
  b: Pick<RunRecord, 'begun' | 'folder'>,
): number {
  return a.begun === b.begun ? (a.folder < b.folder ? 1 : -1) : a.begun < b.begun ? 1 : -1;
}

/**
 * The run that somebody means: by the path of its folder, the folder's name, or the run's, of which the newest counts.
 *
 * @param files  whether a file may be meant too, so that the nearest may be one
 * @throws {Error} when there is none
 */
export function recordNamed(asked: string, root: string, { files = false } = {}): RunRecord {
  const found = findRun(asked, root);
  if (found !== undefined) return found;
  const rule = `a run folder, the name of one in ${root}, or the name of a run there`;
  throw noRun('run', rule, asked, root, { files });
}

/**
 * The error where a run is none: *thing must be rule; got asked*, and the nearest name of a run in a folder, or the nearest path.
 *
 * @param others  names that may stand there
 * @param files   whether files may
 */
export function noRun(
  thing: string,
  rule: string,
  asked: string,
  root: string,
  { others = [], files = false }: { readonly others?: readonly string[]; readonly files?: boolean } = {},
): Error {
  const there = statSync(root, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const folders = there ? readdirSync(root).filter((one) => statSync(join(root, one)).isDirectory()) : [];
  const named = recordsIn(root).flatMap(({ name }) => name ?? []);
  const near = nearest(asked, [...others, ...named, ...folders]) || nearestPath(asked, { folders: !files });
  return new Error(`${refusal(thing, rule, asked)}${near}`);
}

/** The same; undefined where there is none. */
export function findRun(asked: string, root: string): RunRecord | undefined {
  return (
    recordOf(asked) ??
    (asked === basename(asked) ? recordOf(join(root, asked)) : undefined) ??
    recordsIn(root).find(({ name }) => name === asked)
  );
}

/** @param summary  null or undefined where there is none */
export function stateOf(
  summary: { readonly interrupted: boolean; readonly error?: string | undefined } | null | undefined,
): RunRecord['state'] {
  if (summary == null) return 'unfinished';
  return summary.interrupted ? 'interrupted' : summary.error === undefined ? 'finished' : 'failed';
}

/**
 * The folder that somebody means: of a run, or any that there is.
 *
 * @throws {Error} when there is none
 */
export function folderNamed(asked: string, root: string): string {
  const places = [asked, ...(asked === basename(asked) ? [join(root, asked)] : [])];
  return (
    findRun(asked, root)?.path ??
    places.find((path) => existsSync(path)) ??
    streamNamed(asked, root) ??
    recordNamed(asked, root).path
  );
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
