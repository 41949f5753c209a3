import { must } from '../../../core/check.ts';

/** pairs that all rings of a simulation have room for: 512 MiB */
export const pairsAtMost = 2 ** 25;

/** the arrival of a message that is on its way over links it shares: later than anything that is known */
export const UNDER_WAY = Number.MAX_VALUE;

/** What the rings of one simulation may still grow by. */
export class RingSpace {
  private left = pairsAtMost;

  /** @throws {RangeError} when there is not so much left */
  take(pairs: number): void {
    this.left -= pairs;
    must(
      this.left >= 0,
      'microbatches that are inside or wait on links',
      `at most ${pairsAtMost.toLocaleString('en-US')} in all (bound the capacity, or flush more often)`,
      'more',
    );
  }
}

/**
 * Pairs of numbers, first in, first out, in room that grows: of messages on a link when each was sent and when it arrives; of
 * microbatches inside when each came in, or which weights it has read.
 */
export class Ring {
  size = 0;
  private arrivals: Float64Array;
  private sends: Float64Array;
  private head = 0;
  /** pairs that are under way: the youngest */
  private under = 0;
  private readonly space: RingSpace | undefined;

  /** @param lying  pairs that lie in it from the beginning, sent and arrived at time 0 */
  constructor(space?: RingSpace, room = 8, lying = 0) {
    this.space = space;
    this.arrivals = new Float64Array(room);
    this.sends = new Float64Array(room);
    for (let i = 0; i < lying; i++) this.push(0, 0);
  }

  push(sent: number, arrives: number): void {
    if (this.size === this.arrivals.length) this.grow();
    const at = (this.head + this.size++) & (this.arrivals.length - 1);
    this.sends[at] = sent;
    this.arrivals[at] = arrives;
    if (arrives === UNDER_WAY) this.under++;
  }

  /** The oldest that is under way has an arrival now. */
  settle(arrives: number): void {
    this.arrivals[(this.head + this.size - this.under--) & (this.arrivals.length - 1)] = arrives;
  }

  /** arrival of the oldest; Infinity where there is none */
  get arrival(): number {
    return this.size > 0 ? this.arrivals[this.head] : Number.POSITIVE_INFINITY;
  }

  /** @returns when the oldest was sent */
  shift(): number {
    const sent = this.sends[this.head];
    this.head = (this.head + 1) & (this.arrivals.length - 1);
    this.size--;
    return sent;
  }

  /** the value pushed as sent, of the oldest and of the youngest */
  get oldest(): number {
    return this.sends[this.head];
  }

  get youngest(): number {
    return this.sends[(this.head + this.size - 1) & (this.arrivals.length - 1)];
  }

  private grow(): void {
    const { length } = this.arrivals;
    this.space?.take(length);
    const turned = (from: Float64Array): Float64Array => {
      const into = new Float64Array(2 * length);
      into.set(from.subarray(this.head));
      into.set(from.subarray(0, this.head), length - this.head);
      return into;
    };
    this.arrivals = turned(this.arrivals);
    this.sends = turned(this.sends);
    this.head = 0;
  }
}

/** A time that is still to come; one that has come is Infinity. */
export function later(time: number, now: number): number {
  return time > now ? time : Number.POSITIVE_INFINITY;
}
