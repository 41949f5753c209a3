import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

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
   * @throws {Error} as the file system says, when `path` cannot be made or written
   */
  constructor(path: string, keep = 0) {
    this.path = path;
    this.#size = keep;
    this.#file = openSync(path, keep > 0 ? 'r+' : 'w');
    if (keep > 0) ftruncateSync(this.#file, keep);
  }

  /** @throws {Error} when the file is closed, or as the file system says; then the file is as it was before */
  append(text: string): void {
    this.#mustBeOpen();
    const bytes = Buffer.from(text);
    try {
      this.#write(bytes, this.#size);
    } catch (error) {
      ftruncateSync(this.#file, this.#size);
      throw error;
    }
    this.#size += bytes.length;
  }

  /** Puts `text` over the file's first bytes. */
  overwriteStart(text: string): void {
    this.#mustBeOpen();
    this.#write(Buffer.from(text), 0);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#file);
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
}
