import type { TraceEvent } from '../../index.ts';
import { heldOutAccuracy, throughput } from '../../index.ts';
import { type GoodnessHistograms, type StoredCheckpoint, writeCheckpoint } from '../../report.ts';
import { type Before, type Curve, notesOf, throughputOnTop } from './before.ts';
import type { RunFiles } from './run-files.ts';

export const checkpointFile = 'checkpoint.safetensors';

/** What goes into the notes of a checkpoint, beside the held-out curve. */
export interface Counting {
  /** samples in the first microbatches of the whole run */
  readonly samplesIn: (microbatch: number) => number;
  /** since the run began */
  readonly seconds: () => number;
  readonly goodness: GoodnessHistograms;
}

/**
 * Writes the checkpoints of a run, one at a time: of those that come while one is being written the newest alone.
 *
 * With each goes what the run has counted so far, so that a resumed run reports the whole of it.
 */
export class CheckpointWriter {
  readonly #files: RunFiles;
  readonly #before: Before;
  readonly #counting: Counting;
  readonly #curve = heldOutAccuracy();
  readonly #throughput = throughput();
  #waiting: StoredCheckpoint | undefined;
  #writing: Promise<void> | undefined;

  /** @param before  of the run that this one resumes */
  constructor(files: RunFiles, before: Before, counting: Counting) {
    this.#files = files;
    this.#before = before;
    this.#counting = counting;
  }

  /** Takes an event that the counting has taken. */
  add(event: TraceEvent): void {
    this.#curve.add(event);
    this.#throughput.add(event);
    if (event.kind !== 'checkpoint') return;
    const { microbatch, state } = event;
    const { samplesIn, seconds, goodness } = this.#counting;
    const notes = notesOf({
      ...{ curve: this.curve, goodness: goodness.before(microbatch) },
      ...{ samples: samplesIn(microbatch), seconds: seconds() },
      learningSeconds: throughputOnTop(this.#before, this.#throughput.value()).seconds,
    });
    this.#waiting = { microbatch, state, notes };
    this.#writing ??= this.#write();
  }

  /** The held-out curve of the run and of the one that it resumes: of an epoch predicted twice the later point. */
  get curve(): Curve {
    const { curve, seconds: earlier } = this.#before;
    const points = this.#curve
      .value()
      .map(({ epoch, accuracy = 0, seconds }) => ({ epoch, accuracy, seconds: earlier + seconds }));
    const again = new Set(points.map(({ epoch }) => epoch));
    return [...curve.filter(({ epoch }) => !again.has(epoch)), ...points];
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
