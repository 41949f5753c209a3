import { fileError } from './file-error.ts';

/**
 * Keeps a computation going when a file beside it can't be written. The first failure of a file is noted and told, and
 * nothing more is written to that file.
 */
export class FileGuard {
  readonly #faults = new Map<string, string>();
  readonly #tell: (fault: string) => void;

  /** @param tell  called with one sentence for each file, when its first write fails */
  constructor(tell: (fault: string) => void = () => {}) {
    this.#tell = tell;
  }

  /** One sentence for each file that could not be written, in the order of their failures. */
  get faults(): readonly string[] {
    return [...this.#faults.values()];
  }

  /**
   * Runs `write`, unless a write to this file has failed before.
   *
   * @returns what `write` returned; undefined when it failed or was left out
   */
  attempt<T>(path: string, write: () => T): T | undefined {
    if (this.#faults.has(path)) return undefined;
    try {
      return write();
    } catch (error) {
      this.#note(path, error);
      return undefined;
    }
  }

  /** The same for a write that takes its time; the promise never rejects. */
  async attemptLater<T>(path: string, write: () => Promise<T>): Promise<T | undefined> {
    if (this.#faults.has(path)) return undefined;
    try {
      return await write();
    } catch (error) {
      this.#note(path, error);
      return undefined;
    }
  }

  #note(path: string, error: unknown): void {
    if (this.#faults.has(path)) return;
    const fault = fileError(path, error).message;
    this.#faults.set(path, fault);
    this.#tell(fault);
  }
}
