import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** bytes of a config that are read */
const mostBytes = 1e6;

/** The folder of the newest stream of `stress` that has this name; undefined where there is none. @param root  the folder of runs */
export function streamNamed(name: string, root: string): string | undefined {
  if (name !== basename(name) || !statSync(root, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const folders = readdirSync(root).sort().reverse();
  return folders.map((folder) => join(root, folder)).find((path) => nameOfStream(path) === name);
}

/** undefined where it has none, or is no stream */
function nameOfStream(path: string): unknown {
  const file = join(path, 'config.json');
  try {
    if (statSync(file).size > mostBytes) return undefined;
    const settings: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const { name, source } = (settings ?? {}) as Readonly<Record<string, unknown>>;
    return source === undefined ? undefined : name;
  } catch {
    // no folder of a run
    return undefined;
  }
}
