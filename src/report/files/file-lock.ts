import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileError } from './file-error.ts';

/**
 * Keeps others from writing a file meanwhile: a second process, or a second writer in this one. The lock is a file beside it,
 * `<path>.lock`, with the process and its machine; one that a killed process left behind on this machine is taken over.
 *
 * @returns what lets go of the file
 * @throws {Error} when another process that still runs, or one on another machine, writes it
 */
export function lockFile(path: string): () => void {
  const lock = `${path}.lock`;
  const own = `${process.pid} on ${hostname()}\n`;
  for (;;) {
    try {
      const file = openSync(lock, 'wx');
      writeSync(file, own);
      closeSync(file);
      const release = (): void => {
        process.off('exit', release);
        rmSync(lock, { force: true });
      };
      process.once('exit', release);
      return release;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError(path, error);
    }
    const owner = ownerOf(lock);
    if (owner === undefined) continue; // let go of in the meantime
    if (!isGone(owner)) {
      throw new Error(
        `${path} must be written by one command at a time; got a lock of process ${owner.trim()} (${lock})`,
      );
    }
    rmSync(lock, { force: true });
  }
}

function ownerOf(lock: string): string | undefined {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return undefined;
  }
}

/** Whether the process that a lock names ran on this machine and has ended. */
function isGone(owner: string): boolean {
  const [, pid, host] = /^(\d+) on (.*)\n$/.exec(owner) ?? [];
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
