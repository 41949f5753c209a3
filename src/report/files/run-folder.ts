import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { must, mustBeWhole } from '../../core/check.ts';
import { AppendFile } from './append-file.ts';
import { bytesToKeep } from './bytes-to-keep.ts';
import { writeWhole } from './whole-file.ts';

const METRICS = 'metrics.jsonl';
const TABLE = 'metrics.csv';

/** The files of one run: results as JSON, metrics line by line while it runs. */
export interface RunFolder {
  /** the folder, below the root as it was given */
  readonly folder: string;
  /** name of the file for the trace: `trace.json`; of a run that was resumed `trace-<microbatch>.json` */
  readonly traceName: string;
  /**
   * The path of a file in the folder.
   *
   * @throws {RangeError} when `name` is not the name of a file in the folder
   */
  path(name: string): string;
  /**
   * Writes `value` as indented JSON, whole or not at all.
   *
   * @throws {RangeError} when JSON cannot hold `value`, or `name` is not the name of a file in the folder
   * @throws {Error} with the file's name, as the file system says
   */
  writeJson(name: string, value: unknown): Promise<void>;
  /**
   * Adds one complete line to `metrics.jsonl`, handed to the system when it returns.
   *
   * @throws {Error} after `close`, or with the file's name as the file system says
   */
  appendMetrics(record: object): void;
  /**
   * Adds complete lines to `metrics.csv`, below its head, which is its first line.
   *
   * @throws {Error} as `appendMetrics`
   */
  appendRows(head: string, rows: readonly string[]): void;
  /** May be called more than once. */
  close(): void;
}

/**
 * Makes the folder of a run, `<root>/2024-05-17T09-30-00-compare`; where it exists, `…-compare-2`, `-3` and so on.
 *
 * @param root     the folder that holds the runs; it is made where it is missing
 * @param command  what runs: lower-case letters, digits and hyphens
 * @param date     when it begins; the name gives it in UTC
 * @throws {RangeError} when `command` has other characters
 * @throws {Error} when the folder cannot be made, with the file system's error as its cause
 */
export async function openRunFolder(root: string, command: string, date: Date): Promise<RunFolder> {
  must(/^[a-z0-9-]+$/.test(command), 'command', 'lower-case letters, digits and hyphens', command);
  const stamp = date.toISOString().slice(0, 19).replaceAll(':', '-');
  const first = join(root, `${stamp}-${command}`);
  try {
    await makeWithParents(root);
    const folder = await makeFree(first);
    return runFolder(folder, { metrics: 0, table: 0 }, 'trace.json');
  } catch (error) {
    throw new Error(`run folder ${first} must be writable; got ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * Opens the folder of a run that is resumed. `metrics.jsonl` and `metrics.csv` are kept and continued; a last line that was torn,
 * because the process was killed, is cut off, and so are the last lines of moments that come again. The trace goes to a file of its
 * own, and no other file of the earlier part is replaced.
 *
 * @param folder      of the earlier run
 * @param microbatch  the first one that is learned from now
 * @param stays       whether a line is of a moment before that: the last lines of which it says no are cut off; left out, all stay
 * @throws {RangeError} when `microbatch` is not a whole number, 0 or more
 * @throws {Error} when the folder is missing or cannot be written, with the file system's error as its cause
 */
export async function reopenRunFolder(
  folder: string,
  microbatch: number,
  stays: {
    readonly metrics?: (line: string) => boolean;
    readonly table?: (line: string) => boolean;
  } = {},
): Promise<RunFolder> {
  mustBeWhole(microbatch, 'microbatch to resume at', 0);
  try {
    await removeTorn(folder);
    const metrics = await bytesToKeep(join(folder, METRICS), stays.metrics);
    const table = await bytesToKeep(join(folder, TABLE), stays.table);
    const free = await freeName(folder, `trace-${microbatch}`);
    return runFolder(folder, { metrics, table }, free);
  } catch (error) {
    throw new Error(`run folder ${folder} must be there and writable; got ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Removes what a process that is gone had begun to write: files that never got their names. */
async function removeTorn(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid] = name.match(/\.(\d+)-\d+-\d+\.part$/) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** A run may be resumed more than once at the same microbatch. */
async function freeName(folder: string, base: string): Promise<string> {
  const taken = new Set(await readdir(folder));
  for (let nth = 1; ; nth++) {
    const name = nth === 1 ? `${base}.json` : `${base}-${nth}.json`;
    if (!taken.has(name)) return name;
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

/** @param keep  bytes that stay of each file that grows */
function runFolder(folder: string, keep: { metrics: number; table: number }, traceName: string): RunFolder {
  const metrics = new AppendFile(join(folder, METRICS), keep.metrics);
  const table = new AppendFile(join(folder, TABLE), keep.table);
  let headed = keep.table > 0;
  const path = (name: string) => {
    const inside = name !== '' && name !== '.' && name !== '..' && basename(name) === name;
    must(inside, 'name in a run folder', 'the name of a file, without a path', name);
    return join(folder, name);
  };
  return {
    folder,
    traceName,
    path,
    async writeJson(name, value) {
      const json = JSON.stringify(value, null, 2);
      must(json !== undefined, `value of ${name}`, 'one that JSON can hold', value);
      await writeWhole(path(name), [`${json}\n`]);
    },
    appendMetrics: (record) => metrics.append(`${JSON.stringify(record)}\n`),
    appendRows(head, rows) {
      const lines = headed ? rows : [head, ...rows];
      if (lines.length > 0) table.append(`${lines.join('\n')}\n`);
      headed = true;
    },
    close() {
      try {
        metrics.close();
      } finally {
        table.close();
      }
    },
  };
}
