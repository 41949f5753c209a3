import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { must } from '../../core/check.ts';
import { AppendFile } from './append-file.ts';
import { writeWhole } from './whole-file.ts';

const METRICS = 'metrics.jsonl';

/** Where one run leaves what it found: results as JSON files, metrics line by line while it goes on. */
export interface RunFolder {
  /** the folder, below the root as it was given */
  readonly folder: string;
  /**
   * Where a file of this name stands in the folder.
   *
   * @throws {RangeError} when `name` leads out of the folder
   */
  path(name: string): string;
  /**
   * Writes `value` as indented JSON, whole or not at all.
   *
   * @throws {RangeError} when JSON cannot hold `value`, or `name` leads out of the folder
   * @throws {Error} as the file system says
   */
  writeJson(name: string, value: unknown): Promise<void>;
  /**
   * Adds one complete line to `metrics.jsonl`, handed to the system when it returns.
   *
   * @throws {Error} after `close`, or as the file system says
   */
  appendMetrics(record: object): void;
  /** Once or more often. */
  close(): void;
}

/**
 * Makes the folder of a run, `<root>/2024-05-17T09-30-00-compare`; where it exists, `…-compare-2`, `-3` and so on.
 *
 * @param root     the folder that holds the runs, made when it is not there
 * @param command  what ran: lower-case letters, digits and hyphens
 * @param date     when it ran; the name gives it in UTC
 * @throws {RangeError} when `command` cannot stand in a name
 * @throws {Error} when the folder cannot be made, with the file system's error as its cause
 */
export async function openRunFolder(root: string, command: string, date: Date): Promise<RunFolder> {
  must(/^[a-z0-9-]+$/.test(command), 'command', 'lower-case letters, digits and hyphens', command);
  const stamp = date.toISOString().slice(0, 19).replaceAll(':', '-');
  const first = join(root, `${stamp}-${command}`);
  try {
    await makeWithParents(root);
    const folder = await makeFree(first);
    return runFolder(folder, new AppendFile(join(folder, METRICS)));
  } catch (error) {
    throw new Error(`run folder ${first} must be writable; got ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** `mkdir` with `recursive` never returns where the file system says ENOENT of a folder that can't be made, as /proc does. */
async function makeWithParents(folder: string): Promise<void> {
  const missing: string[] = [];
  for (let at = resolve(folder); !existsSync(at); at = dirname(at)) missing.push(at);
  for (const at of missing.reverse()) {
    await mkdir(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function makeFree(first: string): Promise<string> {
  for (let nth = 1; ; nth++) {
    const folder = nth === 1 ? first : `${first}-${nth}`;
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function runFolder(folder: string, metrics: AppendFile): RunFolder {
  const path = (name: string) => {
    const inside = name !== '' && name !== '.' && name !== '..' && basename(name) === name;
    must(inside, 'name in a run folder', 'the name of a file, without a path', name);
    return join(folder, name);
  };
  return {
    folder,
    path,
    async writeJson(name, value) {
      const json = JSON.stringify(value, null, 2);
      must(json !== undefined, `value of ${name}`, 'one that JSON can hold', value);
      await writeWhole(path(name), [`${json}\n`]);
    },
    appendMetrics: (record) => metrics.append(`${JSON.stringify(record)}\n`),
    close: () => metrics.close(),
  };
}
