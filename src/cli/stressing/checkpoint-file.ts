import { join } from 'node:path';
import type { TraceEvent } from '../../index.ts';
import { type StoredCheckpoint, writeCheckpoint } from '../../report.ts';
import { checkpointFile } from '../running/checkpoint-writer.ts';

/** What became of the checkpoints of a run. */
export interface CheckpointCounts {
  readonly written: number;
  /** that could not be written: the run went on, and the next one was tried */
  readonly failed: number;
  /** why the last one that failed could not be */
  readonly reason?: string;
}

/**
 * Writes the checkpoints of a stream, one at a time, each whole or not at all: of those that come while one is being written
 * the newest alone. A disk that is full now may have room later, so each is tried.
 */
export class CheckpointFile {
  readonly #path: string;
  readonly #elapsed: () => number;
  readonly #diskIsFull: () => boolean;
  readonly #tell: (fault: string) => void;
  #counts: CheckpointCounts = { written: 0, failed: 0 };
  #waiting: StoredCheckpoint | undefined;
  #writing: Promise<void> | undefined;

  /**
   * @param elapsed     nanoseconds of the stream so far, those of the runs before included
   * @param diskIsFull  whether a planned fault has the disk full
   */
  constructor(
    folder: string,
    elapsed: () => number,
    diskIsFull: () => boolean,
    tell: (fault: string) => void,
  ) {
    this.#path = join(folder, checkpointFile);
    this.#elapsed = elapsed;
    this.#diskIsFull = diskIsFull;
    this.#tell = tell;
  }

  get counts(): CheckpointCounts {
    return this.#counts;
  }

  add(event: TraceEvent): void {
    if (event.kind !== 'checkpoint') return;
    const { microbatch, state } = event;
    this.#waiting = { microbatch, state, notes: { elapsed: String(Math.round(this.#elapsed())) } };
    this.#writing ??= this.#write();
  }

  /** Resolved when the newest checkpoint is in its file, or could not be written. */
  async finished(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    for (let next = this.#waiting; next !== undefined; next = this.#waiting) {
      this.#waiting = undefined;
      try {
        if (this.#diskIsFull()) throw new Error('ENOSPC: no space left on device, by plan');
        await writeCheckpoint(this.#path, next);
        this.#counts = { ...this.#counts, written: this.#counts.written + 1 };
      } catch (error) {
        const { message: reason } = error as Error;
        if (this.#counts.failed === 0)
          this.#tell(`${this.#path} could not be written, the run goes on: ${reason}`);
        this.#counts = { ...this.#counts, failed: this.#counts.failed + 1, reason };
      }
    }
    this.#writing = undefined;
  }
}
