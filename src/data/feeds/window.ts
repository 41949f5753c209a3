import { type Observable, Subject } from 'rxjs';
import { must, mustBeWhole } from '../../core/check.ts';
import type { LiveSamples } from '../endless.ts';

/** The samples that have come and are not yet done with: at most so many, and reading waits. */
export class FeedWindow implements LiveSamples {
  readonly changes: Observable<void>;
  available = 0;
  ended = false;
  private readonly told = new Subject<void>();
  private readonly width: number;
  private readonly room: number;
  private readonly values: Float32Array;
  private readonly labels: Int32Array;
  private readonly stop: () => void;
  private released = 0;
  private wake: (() => void) | undefined;
  private telling = false;

  /**
   * @param room  samples, 1 or more
   * @param stop  closes what is open
   */
  constructor(width: number, room: number, stop: () => void) {
    mustBeWhole(room, 'window of a feed', 1, 'samples');
    this.changes = this.told.asObservable();
    this.width = width;
    this.room = room;
    this.values = new Float32Array(width * room);
    this.labels = new Int32Array(room);
    this.stop = stop;
  }

  /** Takes in one more sample, once there is room for it. What was released before it came is passed over. */
  async add(values: ArrayLike<number>, label: number): Promise<void> {
    while (this.available - this.released >= this.room && !this.ended)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    const at = this.available % this.room;
    this.values.set(values, at * this.width);
    this.labels[at] = label;
    this.available++;
    this.tell();
  }

  /** @returns the label, −1 where it is no class @throws {RangeError} when the sample is gone or has not come */
  read(index: number, into: Uint8Array | Float32Array): number {
    const least = Math.max(0, this.released, this.available - this.room);
    const here = Number.isInteger(index) && index >= least && index < this.available;
    must(here, 'index of a sample that comes by itself', `from ${least} to ${this.available - 1}`, index);
    const at = index % this.room;
    into.set(this.values.subarray(at * this.width, (at + 1) * this.width));
    return this.labels[at];
  }

  release(index: number): void {
    if (index <= this.released) return;
    this.released = index;
    this.wake?.();
    this.wake = undefined;
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.wake?.();
    this.told.next();
  }

  fail(error: unknown): void {
    this.told.error(error);
  }

  close(): void {
    this.stop();
    this.end();
  }

  /** Once for all that came in one turn of the event loop. */
  private tell(): void {
    if (this.telling) return;
    this.telling = true;
    setImmediate(() => {
      this.telling = false;
      if (!this.ended) this.told.next();
    });
  }
}
