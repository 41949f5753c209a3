import type { MessagePort } from 'node:worker_threads';
import { Observable, Subject } from 'rxjs';
import type { Arena } from '../core/memory/arena.ts';
import { type Microbatch, microbatch, microbatchBytes, type Shape } from '../data/microbatch.ts';
import type { ChannelReceiver } from '../work/channels/channel.ts';
import type { CountingSender, Limit } from '../work/controls/limited-sender.ts';
import { lyingOnRetained, type Retention, retainedBytes } from './retained/layout.ts';

/**
 * A bounded, lossless, first-in-first-out queue of microbatches between two threads (or one).
 *
 * The microbatches live in `capacity` slots of the run's memory, made once and used in turn; a sender with no free slot
 * has no credit and waits. Two counters say what was sent and what was returned. The port is only a doorbell, rung when the
 * other end has said that it sleeps; no activation is ever copied by structured clone.
 */
export interface LinkPlan {
  readonly name: string;
  readonly shape: Shape;
  /** slots: microbatches that may be on the link, the one being worked on included */
  readonly capacity: number;
  /** where its header and slots start in the run's memory, in bytes */
  readonly at: number;
  /** what it keeps of what it sent, where the stages at its ends may begin anew; left out, nothing */
  readonly retained?: Retention;
  /** how its sender may be limited while it is used; left out, not at all */
  readonly limit?: Limit;
}

/** One end of a link: the plan is shared by both ends, each has a port of its own. */
export interface LinkEnd {
  readonly plan: LinkPlan;
  readonly port: MessagePort;
}

// Places in the header, 64 bytes apart so that the two ends don't write to the same cache line.
const sent = 0;
const returned = 16;
const senderSleeps = 32;
const receiverSleeps = 48;
const closed = 64;
const headerBytes = 5 * 64;

/** @throws {RangeError} when there is no memory for it */
export function planLink(
  name: string,
  shape: Shape,
  capacity: number,
  arena: Arena,
  retained?: Retention,
): LinkPlan {
  const bytes = retained
    ? retainedBytes({ shape, retained })
    : headerBytes + capacity * microbatchBytes(shape);
  try {
    return { name, shape, capacity, at: arena.reserve(bytes), ...(retained && { retained }) };
  } catch (cause) {
    throw new RangeError(`${name} must fit in memory; got ${bytes} bytes`, { cause });
  }
}

function headerOf({ shape, capacity, at }: LinkPlan, arena: Arena): Int32Array {
  arena.see(at + headerBytes + capacity * microbatchBytes(shape));
  return new Int32Array(arena.buffer, at, headerBytes / 4);
}

function slotsOf({ shape, capacity, at }: LinkPlan, arena: Arena): Microbatch[] {
  const bytes = microbatchBytes(shape);
  return Array.from({ length: capacity }, (_, i) =>
    microbatch(shape, arena.buffer, at + headerBytes + i * bytes),
  );
}

/** Microbatches that lie on a link, as seen by a third thread. */
export function lyingOn(plan: LinkPlan, arena: Arena): number {
  if (plan.retained) return lyingOnRetained(plan.at, arena);
  const header = headerOf(plan, arena);
  return (Atomics.load(header, sent) - Atomics.load(header, returned)) | 0;
}

/** The sending end: claim a slot, fill it, send it. */
export class LinkSender implements CountingSender {
  /** emits the credit whenever the port says that some has come back */
  readonly credits: Observable<number>;
  private readonly plan: LinkPlan;
  private readonly port: MessagePort;
  private readonly header: Int32Array;
  private readonly slots: Microbatch[];
  private turn = 0;

  constructor({ plan, port }: LinkEnd, arena: Arena) {
    this.plan = plan;
    this.port = port;
    this.header = headerOf(plan, arena);
    this.slots = slotsOf(plan, arena);
    this.credits = new Observable((subscriber) => {
      const wake = () => subscriber.next(this.credit);
      port.on('message', wake);
      return () => port.off('message', wake);
    });
  }

  /** slots free to be filled, 0 … capacity */
  get credit(): number {
    return this.plan.capacity - this.lying;
  }

  /** microbatches that were sent and not given back */
  get lying(): number {
    return (Atomics.load(this.header, sent) - Atomics.load(this.header, returned)) | 0;
  }

  /** The next free slot, to be filled and then sent; the same one until then. Undefined without credit. */
  claim(): Microbatch | undefined {
    return this.credit > 0 ? this.slots[this.turn] : undefined;
  }

  /** Sends the slot that was claimed. */
  send(): void {
    this.turn = (this.turn + 1) % this.plan.capacity;
    Atomics.add(this.header, sent, 1);
    this.ring();
  }

  /** Asks to be woken when credit returns. @returns whether credit is there already, so that nobody sleeps through it */
  sleep(): boolean {
    Atomics.store(this.header, senderSleeps, 1);
    return this.credit > 0;
  }

  /** Says that nothing more will come. */
  close(): void {
    Atomics.store(this.header, closed, 1);
    this.ring();
  }

  /** Lets go of the port. */
  release(): void {
    this.port.close();
  }

  private ring(): void {
    if (Atomics.exchange(this.header, receiverSleeps, 0) === 1) this.port.postMessage(null);
  }
}

/** The receiving end: each microbatch is emitted once, in order, and is the receiver's until it is given back. */
export class LinkReceiver implements ChannelReceiver {
  readonly microbatches: Observable<Microbatch>;
  private readonly plan: LinkPlan;
  private readonly port: MessagePort;
  private readonly header: Int32Array;
  private readonly slots: Microbatch[];
  private readonly arrived = new Subject<Microbatch>();
  private received: number;
  private sawClosed = false;
  private turn = 0;

  constructor({ plan, port }: LinkEnd, arena: Arena) {
    this.plan = plan;
    this.port = port;
    this.header = headerOf(plan, arena);
    this.received = Atomics.load(this.header, returned);
    this.slots = slotsOf(plan, arena);
    this.microbatches = new Observable((subscriber) => {
      // a bell may ring late, for what a busy receiver has found already; it took the flag with it, so we sleep anew
      const wake = () => {
        while (!this.poll() && this.sleep());
      };
      const arrivals = this.arrived.subscribe(subscriber);
      port.on('message', wake);
      return () => {
        port.off('message', wake);
        arrivals.unsubscribe();
      };
    });
  }

  /** Emits what has been sent since the last look; a busy receiver looks itself and needs no bell. */
  poll(): boolean {
    const before = this.received;
    while (this.received !== Atomics.load(this.header, sent)) {
      const next = this.slots[this.turn];
      this.turn = (this.turn + 1) % this.plan.capacity;
      this.received = (this.received + 1) | 0;
      this.arrived.next(next);
    }
    if (this.drained && !this.sawClosed) {
      this.sawClosed = true;
      this.arrived.complete();
    }
    return this.received !== before;
  }

  /** Gives the oldest microbatch back: its slot is the sender's again. */
  giveBack(): void {
    Atomics.add(this.header, returned, 1);
    if (Atomics.exchange(this.header, senderSleeps, 0) === 1) this.port.postMessage(null);
  }

  /** Asks to be woken when something is sent. @returns whether something is there already */
  sleep(): boolean {
    Atomics.store(this.header, receiverSleeps, 1);
    return (
      this.received !== Atomics.load(this.header, sent) ||
      (Atomics.load(this.header, closed) === 1 && !this.sawClosed)
    );
  }

  /** whether the sender has closed and everything it sent was emitted */
  get drained(): boolean {
    return Atomics.load(this.header, closed) === 1 && this.received === Atomics.load(this.header, sent);
  }

  release(): void {
    this.port.close();
  }
}
