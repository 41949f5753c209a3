import type { MessagePort } from 'node:worker_threads';
import type { Observable } from 'rxjs';
import type { Purpose } from '../../core/trace.ts';
import type { Microbatch } from '../../data/microbatch.ts';

/**
 * The sending end of an edge, as a runtime realises it: claim a slot, fill it, send it.
 *
 * A channel is a bounded, lossless, first-in-first-out queue. Who has no credit waits; nothing is dropped.
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
  /** whether the next one of a purpose was sent by an earlier life of this end: it needs no credit, and goes nowhere */
  repeats?(purpose: Purpose): boolean;
  /** Sends the slot that was claimed. */
  send(): void;
  /** Asks to be woken when credit returns. @returns whether credit is there already */
  sleep(): boolean;
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

/** Whether so much credit is there, or none is needed: what was sent before a restart is not sent again. */
export function maySend(end: ChannelSender, purpose: Purpose = 'learn', needed = 1): boolean {
  return end.credit >= needed || (end.repeats?.(purpose) ?? false);
}
