import type { Observable } from 'rxjs';
import type { Random } from '../../core/random.ts';
import type { LostEvent, Purpose } from '../../core/trace.ts';
import { copy, type Microbatch } from '../../data/microbatch.ts';
import type { Overflow } from '../../overflows/overflow.ts';
import type { ChannelSender } from './channel.ts';
import { LossyQueue } from './lossy-queue.ts';

export interface LossySenderOptions {
  readonly overflow: Overflow;
  /** microbatches to learn from that may wait, ≥ 1, and as many predictions */
  readonly room: number;
  /** the queue's stream */
  readonly random: Random;
  /** the stage that the edge leads into */
  readonly into: number;
  /** allocates one slot; called only while none that was used before is free */
  readonly slot: () => Microbatch;
  /** nanoseconds since the run began */
  readonly clock: () => number;
}

/**
 * The sending end of an edge that loses something rather than keep its sender waiting: in front of the edge's own slots is a
 * queue in the sender's memory, and what comes to be learned from while that is full is the overflow's business. What lies on
 * the edge is the receiver's, and is never lost.
 *
 * Predictions are never lost, and go on before what waits to be learned from: with no room for one its sender waits. What is to be
 * learned from keeps its order, and is overtaken by at most `room` predictions before the oldest goes on. It does whenever the
 * sender looks: between two ops, and as credit comes back.
 */
export class LossySender implements ChannelSender {
  readonly credits: Observable<number>;
  private readonly edge: ChannelSender;
  private readonly options: LossySenderOptions;
  /** what waits to be learned from, and may be lost */
  private readonly queue: LossyQueue<Microbatch>;
  /** oldest first */
  private readonly predictions: Microbatch[] = [];
  /** predictions that have gone on before the oldest that waits to be learned from */
  private overtaken = 0;
  private readonly spare: Microbatch[] = [];
  private claimed: Microbatch | undefined;
  /** whether what was claimed is a slot of the edge */
  private direct = false;
  private closing = false;
  private lost: LostEvent[] = [];

  constructor(edge: ChannelSender, options: LossySenderOptions) {
    const { overflow, room, random } = options;
    this.edge = edge;
    this.options = options;
    this.credits = edge.credits;
    this.queue = new LossyQueue<Microbatch>({
      ...{ overflow, room, random },
      intended: ({ intended }) => intended,
      lost: (one, at) => {
        this.spare.push(one);
        this.tell(one, at);
      },
    });
  }

  /** predictions that it can take: what is to be learned from needs no credit */
  get credit(): number {
    const { edge, predictions, options, waits } = this;
    return (waits ? 0 : edge.credit) + options.room - predictions.length;
  }

  needsNoCredit(purpose: Purpose): boolean {
    return purpose === 'learn';
  }

  get waits(): boolean {
    return this.predictions.length + this.queue.items.length > 0;
  }

  claim(purpose: Purpose = 'learn'): Microbatch | undefined {
    if (this.claimed !== undefined) return this.claimed;
    if (purpose !== 'learn' && this.credit <= 0) return undefined;
    const slot = this.waits ? undefined : this.edge.claim(purpose);
    this.direct = slot !== undefined;
    this.claimed = slot ?? this.spare.pop() ?? this.options.slot();
    return this.claimed;
  }

  send(): void {
    const { claimed, direct, queue, edge, options } = this;
    if (claimed === undefined) throw new Error('send needs a slot that was claimed; got none');
    this.claimed = undefined;
    const learns = claimed.purpose === 'learn';
    if (direct) {
      const due = learns ? queue.dueOf(claimed) : Number.POSITIVE_INFINITY;
      if (due >= options.clock()) edge.send();
      // the edge keeps its slot for the next one
      else this.tell(claimed, due);
      return;
    }
    if (learns) queue.add(claimed, options.clock());
    else this.predictions.push(claimed);
    // credit may have come back since it was claimed
    this.advance();
  }

  advance(): void {
    const { queue, edge, options } = this;
    if (this.waits) queue.expire(options.clock());
    for (let next = this.next; next !== undefined; next = this.next) {
      const slot = edge.claim(next.purpose);
      if (slot === undefined) break;
      copy(next, slot);
      edge.send();
      this.spare.push(next);
      const learns = next === queue.items[0];
      (learns ? queue.items : this.predictions).shift();
      this.overtaken = learns || queue.items.length === 0 ? 0 : this.overtaken + 1;
    }
    if (this.closing && !this.waits) edge.close();
  }

  losses(): readonly LostEvent[] {
    const { lost } = this;
    if (lost.length > 0) this.lost = [];
    return lost;
  }

  sleep(): boolean {
    while (this.waits && this.edge.sleep()) this.advance();
    if (!this.waits) return this.edge.sleep();
    return this.credit > 0;
  }

  close(): void {
    this.closing = true;
    this.advance();
  }

  release(): void {
    this.edge.release();
  }

  /** what goes on next */
  private get next(): Microbatch | undefined {
    const [oldest] = this.queue.items;
    const [prediction] = this.predictions;
    return prediction !== undefined && this.overtaken < this.options.room
      ? prediction
      : (oldest ?? prediction);
  }

  private tell({ rows, sequence: microbatch }: Microbatch, at: number): void {
    const { overflow, into: stage } = this.options;
    const reason = overflow.reason ?? 'drop-newest';
    this.lost.push({ kind: 'lost', rows, reason, stage, microbatch, start: Math.round(at) });
  }
}
