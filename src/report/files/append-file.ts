import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { fileError } from './file-error.ts';

/**
 * A file that grows by whole pieces: a piece that could not be written to its end is cut off again, so the file never
 * ends in half a line. Writing is synchronous: the caller waits for the disk, and nothing piles up in memory.
 */
export class AppendFile {
  readonly path: string;
  readonly #file: number;
  #size: number;
  #open = true;

  /**
   * @param keep  bytes that stay of a file of this name; what comes after them is cut off. Left out, none
   * @throws {Error} with the file's name, when `path` cannot be made or written
   */
  constructor(path: string, keep = 0) {
    this.path = path;
    this.#size = keep;
    this.#file = openSync(path, keep > 0 ? 'r+' : 'w');
    if (keep > 0) this.#naming(() => ftruncateSync(this.#file, keep));
  }

  /** @throws {Error} when the file is closed, or with the file's name as the system says; then the file is as it was before */
  append(text: string): void {
    this.#mustBeOpen();
    const bytes = Buffer.from(text);
    try {
      this.#write(bytes, this.#size);
    } catch (error) {
      try {
        ftruncateSync(this.#file, this.#size);
      } catch {
        // why the piece could not be written says more than why it could not be cut off
      }
      throw fileError(this.path, error);
    }
    this.#size += bytes.length;
  }

  /** Puts `text` over the file's first bytes. */
  overwriteStart(text: string): void {
    this.#mustBeOpen();
    this.#naming(() => this.#write(Buffer.from(text), 0));
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#naming(() => closeSync(this.#file));
  }

  #mustBeOpen(): void {
    if (!this.#open)
      throw new Error(`${this.path} must be open to be written to; got a write after its close`);
  }

  #write(bytes: Buffer, position: number): void {
    let done = 0;
    while (done < bytes.length) {
      done += writeSync(this.#file, bytes, done, bytes.length - done, position + done);
    }
  }

  #naming(action: () => void): void {
    try {
      action();
    } catch (error) {
      throw fileError(this.path, error);
    }
  }
}
