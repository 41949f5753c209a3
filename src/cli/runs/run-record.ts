import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { nearest, nearestPath, refusal } from '../../extend.ts';
import type { Summary } from '../running/train-all.ts';
import { ageOf, type Begun, begunAt, newestFirst, objectIn, type RunState, stateOf } from './record-parts.ts';
import { streamNamed } from './stream-record.ts';

/** What a run folder says of its run. */
export interface RunRecord extends Begun {
  readonly path: string;
  readonly name: string | null;
  readonly command: 'train' | 'compare';
  readonly state: RunState;
  readonly ageSeconds: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly summary: Summary | null;
}

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
    ageSeconds: ageOf(begun),
    settings,
    summary: summary ?? null,
  };
}

/** The runs in the folders of a folder, the newest first. */
export function recordsIn(root: string): RunRecord[] {
  return newestFirst(root, recordOf);
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
