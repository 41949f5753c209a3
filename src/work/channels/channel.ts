import type { MessagePort } from 'node:worker_threads';
import type { Observable } from 'rxjs';
import type { LostEvent, Purpose } from '../../core/trace.ts';
import type { Microbatch } from '../../data/microbatch.ts';

/**
 * The sending end of an edge, as a runtime realises it: claim a slot, fill it, send it.
 *
 * A channel is a bounded first-in-first-out queue. Who has no credit waits; nothing is lost, but by an end that says so.
 */
export interface ChannelSender {
  /** slots free to be filled */
  readonly credit: number;
  /** emits the credit whenever some may have come back to a sender that sleeps */
  readonly credits: Observable<number>;
  /**
   * The next free slot, to be filled and then sent; the same one until then. Undefined without credit.
   *
   * @param purpose  of what will be sent; left out, to be learned from
   */
  claim(purpose?: Purpose): Microbatch | undefined;
  /**
   * whether the next one of a purpose can be claimed without credit: it was sent by an earlier life of this end and goes nowhere, or
   * something may be lost for it
   */
  needsNoCredit?(purpose: Purpose): boolean;
  /** Sends the slot that was claimed. */
  send(): void;
  /** Asks to be woken when credit returns. @returns whether credit is there already */
  sleep(): boolean;
  /** whether something that was sent waits in front of the edge; left out, nothing does */
  readonly waits?: boolean;
  /** Lets go on what waits in front of the edge, as far as there is credit. */
  advance?(): void;
  /** What was lost in front of the edge since the last call. */
  losses?(): readonly LostEvent[];
  /** Says that nothing more will come. */
  close(): void;
  /** Lets go of what the end holds. */
  release(): void;
  /** Has another doorbell: the other end has begun anew. */
  rewire?(port: MessagePort): void;
}

/** The receiving end: each microbatch is emitted once, in order, and is the receiver's until it is given back. */
export interface ChannelReceiver {
  /** completes when the sender has closed and everything it sent was emitted */
  readonly microbatches: Observable<Microbatch>;
  /** Emits what has been sent since the last look. @returns whether there was any */
  poll(): boolean;
  /** Gives the oldest microbatch back: its slot is the sender's again. */
  giveBack(): void;
  /** Asks to be woken when something is sent. @returns whether something is there already */
  sleep(): boolean;
  /** whether the sender has closed and everything it sent was emitted */
  readonly drained: boolean;
  release(): void;
  /** Has another doorbell: the other end has begun anew. */
  rewire?(port: MessagePort): void;
}

/** Whether so much credit is there, or none is needed. */
export function maySend(end: ChannelSender, purpose: Purpose = 'learn', needed = 1): boolean {
  return end.credit >= needed || (end.needsNoCredit?.(purpose) ?? false);
}
