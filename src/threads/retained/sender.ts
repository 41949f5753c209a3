import type { MessagePort } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { type Observable, Subject } from 'rxjs';
import type { Arena } from '../../core/memory/arena.ts';
import type { Purpose } from '../../core/trace.ts';
import { type Microbatch, microbatchIn, type Shape } from '../../data/microbatch.ts';
import type { CountingSender } from '../../work/controls/limited-sender.ts';
import {
  after,
  closed,
  covered,
  type Layout,
  layoutOf,
  type Position,
  type Retention,
  type Row,
  receiverSleeps,
  returned,
  rowOf,
  senderSleeps,
  sent,
  slotAt,
} from './layout.ts';

/** A link's plan, where it keeps what it sent. */
export interface RetainedPlan {
  readonly shape: Shape;
  readonly capacity: number;
  readonly at: number;
  readonly retained: Retention;
}

/**
 * The sending end of a link that keeps what it sent. Whoever takes the part of a dead sender begins where that one's checkpoint
 * does: what had been sent since is made again, and goes nowhere.
 */
export class RetainedSender implements CountingSender {
  private readonly plan: RetainedPlan;
  private port: MessagePort;
  private readonly arena: Arena;
  private readonly layout: Layout;
  private readonly returns = new Subject<number>();
  readonly credits: Observable<number> = this.returns;
  /** made by this end so far, of each row */
  private readonly made: [number, number];
  private claimed: Row = 0;
  /** where what goes nowhere is written */
  private nowhere: Microbatch | undefined;
  private readonly wake = (): void => this.returns.next(this.credit);

  /** @param from  what it sends first is the one behind these */
  constructor(plan: RetainedPlan, port: MessagePort, arena: Arena, from: Position) {
    this.plan = plan;
    this.port = port;
    this.arena = arena;
    this.layout = layoutOf(plan, arena);
    this.made = [from.learned | 0, from.predicted | 0];
    port.on('message', this.wake);
  }

  /** slots free to be filled, 0 … capacity: none that has yet to be given back, or that nothing covers */
  get credit(): number {
    const { header, rows } = this.layout;
    let lying = 0;
    let room = Number.POSITIVE_INFINITY;
    for (const row of [0, 1] as const) {
      const count = Atomics.load(header, sent + row);
      lying += count;
      if (rows[row].length > 0)
        room = Math.min(room, rows[row].length - after(count, Atomics.load(header, covered + row)));
    }
    return Math.min(this.plan.capacity - after(lying, Atomics.load(header, returned)), room);
  }

  /** microbatches that were sent and not given back */
  get lying(): number {
    const { header } = this.layout;
    const count = Atomics.load(header, sent) + Atomics.load(header, sent + 1);
    return after(count, Atomics.load(header, returned));
  }

  needsNoCredit(purpose: Purpose): boolean {
    const row = rowOf(purpose);
    return after(Atomics.load(this.layout.header, sent + row), this.made[row]) > 0;
  }

  claim(purpose: Purpose = 'learn'): Microbatch | undefined {
    this.claimed = rowOf(purpose);
    if (this.needsNoCredit(purpose)) {
      this.nowhere ??= microbatchIn(this.arena, this.plan.shape);
      return this.nowhere;
    }
    if (this.credit <= 0) return undefined;
    return slotAt(this.layout.rows[this.claimed], this.made[this.claimed]).microbatch;
  }

  send(): void {
    const { header, rows } = this.layout;
    const row = this.claimed;
    const number = this.made[row];
    this.made[row] = (number + 1) | 0;
    if (after(Atomics.load(header, sent + row), number) > 0) return;
    const { beside, bytes, copy } = slotAt(rows[row], number);
    beside[0] = number;
    beside[1] = this.made[1 - row];
    if (copy) {
      beside[2] = crc32(bytes) | 0;
      copy.set(bytes);
    }
    Atomics.store(header, sent + row, this.made[row]);
    this.ring();
  }

  sleep(): boolean {
    Atomics.store(this.layout.header, senderSleeps, 1);
    return this.credit > 0;
  }

  close(): void {
    Atomics.store(this.layout.header, closed, 1);
    this.ring();
  }

  release(): void {
    this.port.off('message', this.wake);
    this.port.close();
  }

  rewire(port: MessagePort): void {
    this.release();
    this.port = port;
    port.on('message', this.wake);
    this.wake(); // a bell may have been lost with the old port
  }

  private ring(): void {
    if (Atomics.exchange(this.layout.header, receiverSleeps, 0) === 1) this.port.postMessage(null);
  }
}
