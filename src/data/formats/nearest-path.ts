import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { nearest, nearestName, refusal } from '../../core/check.ts';

/** entries of a folder that a name is compared with: a folder may hold a million */
const mostEntries = 10_000;

/**
 * The hint behind a path that is none: ` (did you mean './table.csv'?)`, or nothing where the path is there, or no entry of its
 * folder has a name that is near. A folder on the way may be misspelt too.
 *
 * @param folders  whether folders alone are meant
 */
export function nearestPath(path: string, { folders = false } = {}): string {
  const found = path === '' || existsSync(path) ? undefined : near(path, folders);
  return found === undefined ? '' : ` (did you mean '${found}'?)`;
}

/**
 * The sentence that refuses what is neither a name nor a path, as `refusal` does: the nearest name is told, of what looks like a
 * path the nearest path first.
 *
 * @param path  where the value is more than a path
 */
export function pathRefusal(
  thing: string,
  rule: string,
  got: string,
  names: readonly string[] = [],
  path = got,
): string {
  const hints = [nearest(got, names), nearestPath(path)];
  const [first, second] = /[./\\]/.test(path) ? hints.reverse() : hints;
  return `${refusal(thing, rule, got)}${first || second}`;
}

/** The path that is meant; itself where it is there. */
function near(path: string, folders: boolean): string | undefined {
  const name = basename(path);
  const above = dirname(path);
  if (above === path || name === '' || name === '.' || name === '..') return undefined;
  const folder = existsSync(above) ? above : near(above, true);
  if (folder === undefined) return undefined;
  if (folder !== above && existsSync(join(folder, name))) return join(folder, name);
  const found = nearestName(name, entriesOf(folder, folders));
  if (found === undefined) return undefined;
  return folder === '.' && path.startsWith('./') ? `./${found}` : join(folder, found);
}

function entriesOf(folder: string, folders: boolean): string[] {
  try {
    const names = readdirSync(folder).slice(0, mostEntries);
    return folders ? names.filter((name) => statSync(join(folder, name)).isDirectory()) : names;
  } catch {
    return []; // what can't be looked at gives no hint
  }
}
