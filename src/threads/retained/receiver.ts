import type { MessagePort } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { Observable, Subject } from 'rxjs';
import { must } from '../../core/check.ts';
import type { Arena } from '../../core/memory/arena.ts';
import type { Microbatch } from '../../data/microbatch.ts';
import type { ChannelReceiver } from '../../work/channels/channel.ts';
import {
  after,
  closed,
  covered,
  type Layout,
  layoutOf,
  type Position,
  type Row,
  receiverSleeps,
  returned,
  type Slot,
  senderSleeps,
  sent,
  slotAt,
} from './layout.ts';
import type { RetainedPlan } from './sender.ts';

/** What a receiver found wrong with a slot, and made good. */
export type Mending = 'drop-slot' | 'duplicate-slot' | 'corrupt-slot';

/**
 * The receiving end of a link that keeps what it sent. Whoever takes the part of a dead receiver begins where that one's
 * checkpoint does, and is given again what came since. A slot that is missed is read again, one that comes twice is ignored,
 * one that is damaged is mended from its copy.
 */
export class RetainedReceiver implements ChannelReceiver {
  readonly microbatches: Observable<Microbatch>;
  /** told of each slot that was made good */
  mended: (what: Mending, sequence: number) => void = () => {};
  private readonly plan: RetainedPlan;
  private port: MessagePort;
  private readonly layout: Layout;
  private readonly arrived = new Subject<Microbatch>();
  /** emitted by this end and before it, of each row */
  private readonly received: [number, number];
  /** where it reads what is learned from: not what it expects only where a slot was lost or comes twice */
  private cursor: number;
  private given: number;
  /** what was emitted and not yet given back, where that covers it */
  private readonly lying: Row[] = [];
  private sawClosed = false;
  private spoils = false;
  /** a bell may ring late, for what a busy receiver has found already; it took the flag with it, so we sleep anew */
  private readonly wake = (): void => {
    while (!this.poll() && this.sleep());
  };

  /** @param from  what it receives first is the one behind these */
  constructor(plan: RetainedPlan, port: MessagePort, arena: Arena, from: Position) {
    this.plan = plan;
    this.port = port;
    this.layout = layoutOf(plan, arena);
    this.received = [from.learned | 0, from.predicted | 0];
    this.cursor = this.received[0];
    this.given = (this.received[0] + this.received[1]) | 0;
    const { header } = this.layout;
    // whoever was here before may have ended between the covering of one and its giving back
    if (after(this.given, Atomics.load(header, returned)) > 0) {
      Atomics.store(header, returned, this.given);
      this.ring();
    }
    this.microbatches = new Observable((subscriber) => {
      const arrivals = this.arrived.subscribe(subscriber);
      this.port.on('message', this.wake);
      return () => {
        this.port.off('message', this.wake);
        arrivals.unsubscribe();
      };
    });
  }

  poll(): boolean {
    let any = false;
    for (let row = this.nextRow(); row !== undefined; row = this.nextRow()) {
      any = true;
      const slot = slotAt(this.layout.rows[row], this.received[row]);
      if (row === 0) this.cursor = (this.cursor + 1) | 0;
      this.received[row] = (this.received[row] + 1) | 0;
      if (this.plan.retained.verify) this.verify(slot);
      if (this.plan.retained.atOnce) this.lying.push(row);
      this.arrived.next(slot.microbatch);
    }
    if (this.drained && !this.sawClosed) {
      this.sawClosed = true;
      this.arrived.complete();
    }
    return any;
  }

  giveBack(): void {
    const { header } = this.layout;
    this.given = (this.given + 1) | 0;
    const row = this.lying.shift();
    if (row !== undefined) Atomics.add(header, covered + row, 1);
    // what another life has given back is not given back again
    if (after(this.given, Atomics.load(header, returned)) <= 0) return;
    Atomics.add(header, returned, 1);
    this.ring();
  }

  /** What came up to here will not be asked for again: a checkpoint covers it. */
  cover(row: Row, count: number): void {
    Atomics.store(this.layout.header, covered + row, count | 0);
    this.ring();
  }

  sleep(): boolean {
    const { header } = this.layout;
    Atomics.store(header, receiverSleeps, 1);
    return this.nextRow() !== undefined || (Atomics.load(header, closed) === 1 && !this.sawClosed);
  }

  get drained(): boolean {
    return Atomics.load(this.layout.header, closed) === 1 && !this.waits;
  }

  release(): void {
    this.port.off('message', this.wake);
    this.port.close();
  }

  rewire(port: MessagePort): void {
    this.release();
    this.port = port;
    port.on('message', this.wake);
    this.wake();
  }

  /** The next slot of what is learned from gets lost, or comes twice: a planned fault. */
  misreads(by: 1 | -1): void {
    this.cursor = (this.cursor + by) | 0;
  }

  /** A bit of the next slot is turned over: a planned fault. */
  damages(): void {
    this.spoils = true;
  }

  /** whether something was sent that has not been emitted */
  private get waits(): boolean {
    const { header } = this.layout;
    const { received } = this;
    return Atomics.load(header, sent) !== received[0] || Atomics.load(header, sent + 1) !== received[1];
  }

  /** The row of what comes next: of two that have come, the one that the other was not sent before. */
  private nextRow(): Row | undefined {
    const { header, rows } = this.layout;
    const learn = this.expected();
    const { received } = this;
    if (Atomics.load(header, sent + 1) !== received[1]) {
      const { beside } = slotAt(rows[1], received[1]);
      if (after(beside[1], received[0]) <= 0) return 1;
    }
    if (learn === undefined) return undefined;
    return after(learn.beside[1], received[1]) <= 0 ? 0 : undefined;
  }

  /** The next slot of what is learned from, by its number: one that was missed is read again, one that comes twice is not. */
  private expected(): Slot | undefined {
    const [row] = this.layout.rows;
    const wanted = this.received[0];
    const there = after(Atomics.load(this.layout.header, sent), wanted);
    if (there <= 0) return undefined;
    const reads = slotAt(row, this.cursor);
    if (this.cursor === wanted && reads.beside[0] === wanted) return reads;
    const missed = after(this.cursor, wanted) > 0;
    this.cursor = wanted;
    const slot = slotAt(row, wanted);
    must(slot.beside[0] === wanted, 'slot that is read again', `number ${wanted}`, slot.beside[0]);
    this.mended(missed ? 'drop-slot' : 'duplicate-slot', slot.microbatch.sequence);
    return slot;
  }

  private verify({ bytes, copy, beside, microbatch }: Slot): void {
    if (this.spoils) {
      this.spoils = false;
      bytes[bytes.length >> 1] ^= 1;
    }
    if (copy === undefined || (crc32(bytes) | 0) === beside[2]) return;
    must((crc32(copy) | 0) === beside[2], 'copy of a damaged slot', 'undamaged', 'another checksum');
    bytes.set(copy);
    this.mended('corrupt-slot', microbatch.sequence);
  }

  private ring(): void {
    if (Atomics.exchange(this.layout.header, senderSleeps, 0) === 1) this.port.postMessage(null);
  }
}
