import type { Subscription } from 'rxjs';
import type { Arena } from '../core/arena.ts';
import { wallNanoseconds } from '../core/clock.ts';
import type { ArrivalEvent } from '../core/trace.ts';
import { type Microbatch, rowsFor } from '../data/microbatch.ts';
import { Encoder } from './encoder.ts';
import { type Item, itinerary } from './itinerary.ts';
import { type LinkEnd, LinkSender } from './link.ts';
import type { Whole } from './pipeline.ts';
import { reasonOf, StageError } from './stage-error.ts';

export interface SourceEvents {
  /** a microbatch has been sent */
  sent(event: ArrivalEvent, item: Item): void;
  failed(error: StageError): void;
}

/** Encodes microbatches and sends them as long as there is credit: a closed loop, no faster than the pipeline takes them. */
export class Source {
  private readonly encoder: Encoder;
  private readonly link: LinkSender;
  private readonly items: Iterator<Item>;
  private readonly events: SourceEvents;
  private readonly origin: number;
  private subscription: Subscription | undefined;
  private sequence = 0;
  private ended = false;

  constructor(pipeline: Whole, entry: LinkEnd, arena: Arena, origin: number, events: SourceEvents) {
    this.encoder = new Encoder(pipeline);
    this.link = new LinkSender(entry, arena);
    this.events = events;
    this.origin = origin;
    const { shape } = entry.plan;
    this.items = itinerary(pipeline, Math.min(shape.goodnessRows, rowsFor(shape, pipeline.predictBy)));
  }

  start(): void {
    this.subscription = this.link.credits.subscribe(() => this.pump());
    this.pump();
  }

  /** Sends nothing more: what is in the pipeline is still worked on. */
  stop(): void {
    if (this.ended) return;
    this.ended = true;
    this.subscription?.unsubscribe();
    this.link.close();
  }

  release(): void {
    this.ended = true;
    this.subscription?.unsubscribe();
    this.link.release();
  }

  private pump(): void {
    try {
      while (!this.ended) {
        const slot = this.link.claim();
        if (slot === undefined) {
          if (this.link.sleep()) continue;
          return;
        }
        const next = this.items.next();
        if (next.done) this.stop();
        else this.send(next.value, slot);
      }
    } catch (error) {
      const reason = reasonOf(error);
      this.events.failed(new StageError({ stage: 'source', microbatch: this.sequence }, reason, error));
    }
  }

  private send(item: Item, slot: Microbatch): void {
    const { purpose, indices, epoch } = item;
    const start = wallNanoseconds() - this.origin;
    slot.sequence = this.sequence;
    this.encoder.fill(slot, item);
    this.link.send();
    const rows = indices.length;
    this.events.sent({ kind: 'arrival', microbatch: this.sequence, purpose, rows, epoch, start }, item);
    this.sequence++;
  }
}
