import { lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findRun, recordNamed } from './run-record.ts';
import { findStream } from './stream-record.ts';

/** what a run writes into its folder */
const ofARun = /^[^/]+\.(json|jsonl|csv|html|safetensors|part)$/;

/**
 * The run or stream to remove, after a look at every file of its folder: nothing is removed that a run does not write.
 *
 * @throws {Error} unless it is a run folder that holds the files of a run alone
 */
export function removable(asked: string, root: string): { readonly path: string } {
  const record = findRun(asked, root) ?? findStream(asked, root) ?? recordNamed(asked, root);
  const { path } = record;
  if (lstatSync(path).isSymbolicLink())
    throw new Error(`run to remove must be a folder; got '${path}', which is a link`);
  const other = readdirSync(path).find((name) => !ofARun.test(name) || !lstatSync(join(path, name)).isFile());
  if (other === undefined) return record;
  throw new Error(`run to remove must hold the files of a run only; got '${path}', which holds '${other}'`);
}

/** Removes a run folder file by file. */
export function removeRun({ path }: { readonly path: string }): void {
  for (const name of readdirSync(path)) rmSync(join(path, name));
  rmdirSync(path);
}
