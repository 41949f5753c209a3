import type { TraceEvent } from '../../index.ts';
import { heldOutAccuracy } from '../../index.ts';
import { type StoredCheckpoint, writeCheckpoint } from '../../report.ts';
import type { RunFiles } from './run-files.ts';

export const checkpointFile = 'checkpoint.safetensors';

/** The held-out curve so far, as a run folder stores it. */
export type Curve = readonly {
  readonly epoch: number;
  readonly accuracy: number;
  readonly seconds: number;
}[];

/**
 * Writes the checkpoints of a run, one at a time: of those that come while one is being written the newest alone.
 *
 * With each goes the held-out curve so far, so that a resumed run reports the whole of it.
 */
export class CheckpointWriter {
  readonly #files: RunFiles;
  readonly #earlier: Curve;
  readonly #curve = heldOutAccuracy();
  #waiting: StoredCheckpoint | undefined;
  #writing: Promise<void> | undefined;

  /** @param earlier  the curve of the run that this one resumes */
  constructor(files: RunFiles, earlier: Curve = []) {
    this.#files = files;
    this.#earlier = earlier;
  }

  add(event: TraceEvent): void {
    this.#curve.add(event);
    if (event.kind !== 'checkpoint') return;
    const { microbatch, state } = event;
    this.#waiting = { microbatch, state, notes: { heldOut: JSON.stringify(this.curve) } };
    this.#writing ??= this.#write();
  }

  /** The held-out curve of the run and of the one that it resumes: of an epoch predicted twice the later point. */
  get curve(): Curve {
    const points = this.#curve
      .value()
      .map(({ epoch, accuracy = 0, seconds }) => ({ epoch, accuracy, seconds }));
    const again = new Set(points.map(({ epoch }) => epoch));
    return [...this.#earlier.filter(({ epoch }) => !again.has(epoch)), ...points];
  }

  /** Resolved when the newest checkpoint is in its file. */
  async finished(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    for (let next = this.#waiting; next !== undefined; next = this.#waiting) {
      this.#waiting = undefined;
      const checkpoint = next;
      await this.#files.write(checkpointFile, (path) => writeCheckpoint(path, checkpoint));
    }
    this.#writing = undefined;
  }
}
