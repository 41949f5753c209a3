import type { State } from '../core/state.ts';
import type { LossReason } from '../core/trace.ts';
import type { Item } from './itinerary.ts';

/** Where a source has its microbatches from, in their order. */
export interface Feed {
  /** The next one, if it may go by now, in nanoseconds since the run began. */
  next(now: number): Item | undefined;
  /** whether there will be no more */
  readonly ended: boolean;
  /** An item has been sent, but for the samples of it that could not be used. */
  sent?(item: Item, rows: number, unusable: readonly LossReason[], now: number): void;
  /**
   * Looks at what has come by now; left out, there is always something.
   *
   * @param takes  whether the next one would be sent at once
   * @returns  when to look again
   */
  look?(now: number, takes: boolean): number;
  /** Nothing more will be sent. */
  close?(now: number): void;
  /** Where it stands, behind the last microbatch to learn from that it gave; without it the count of these says all. */
  state?(): State;
}

/** A feed that always has the next item: a closed loop. */
export class ClosedFeed implements Feed {
  private readonly items: Iterator<Item>;
  private over = false;

  constructor(items: Iterator<Item>) {
    this.items = items;
  }

  next(): Item | undefined {
    const { done, value } = this.items.next();
    if (!done) return value;
    this.over = true;
    return undefined;
  }

  get ended(): boolean {
    return this.over;
  }
}
