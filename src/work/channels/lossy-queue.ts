import type { Random } from '../../core/random.ts';
import type { Overflow } from '../../overflows/overflow.ts';

export interface LossyQueueOptions<T> {
  readonly overflow: Overflow;
  /** microbatches that may wait, ≥ 1 */
  readonly room: number;
  readonly random: Random;
  /** when the last sample of a microbatch was to come, in nanoseconds since the run began */
  readonly intended: (one: T) => number;
  /** takes what is lost, and when */
  readonly lost: (one: T, at: number) => void;
}

/** Microbatches that wait for an edge, oldest first. What comes while it is full is the overflow's business. */
export class LossyQueue<T> {
  /** oldest first */
  readonly items: T[] = [];
  private readonly options: LossyQueueOptions<T>;

  constructor(options: LossyQueueOptions<T>) {
    this.options = options;
  }

  /** One more comes; if that is one too many, one is lost. */
  add(one: T, at: number): void {
    const { overflow, room, random, lost } = this.options;
    this.items.push(one);
    this.expire(at);
    if (overflow.lossless || this.items.length <= room) return;
    const [gone] = this.items.splice(overflow.victim?.(room, random) ?? room, 1);
    lost(gone, at);
  }

  /** What has waited too long goes. */
  expire(now: number): void {
    if (this.options.overflow.patience === undefined) return;
    while (this.items.length > 0) {
      const due = this.dueOf(this.items[0]);
      if (due >= now) return;
      this.options.lost(this.items.shift() as T, due);
    }
  }

  /** when a microbatch has waited too long, in nanoseconds since the run began; Infinity: never */
  dueOf(one: T): number {
    const { overflow, intended } = this.options;
    return overflow.patience === undefined ? Number.POSITIVE_INFINITY : intended(one) + overflow.patience;
  }
}
