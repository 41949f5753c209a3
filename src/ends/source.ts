import type { Subscription } from 'rxjs';
import type { ArrivalEvent } from '../core/trace.ts';
import { type Microbatch, rowsFor, type Shape } from '../data/microbatch.ts';
import type { Workplace } from '../kernels/kernel.ts';
import type { ResolvedPipeline } from '../pipeline/resolve.ts';
import type { ChannelSender } from '../work/channel.ts';
import { reasonOf, StageError } from '../work/stage-error.ts';
import { Encoder } from './encoder.ts';
import type { Feedback } from './feedback.ts';
import { type Item, itinerary } from './itinerary.ts';

export interface SourceEvents {
  /** a microbatch has been sent */
  sent(event: ArrivalEvent, item: Item): void;
  failed(error: StageError): void;
}

/** What the source is joined to. */
export interface SourceOptions {
  /** the edge into the first stage */
  readonly entry: ChannelSender;
  /** of the microbatches on that edge */
  readonly shape: Shape;
  readonly workplace: Workplace;
  /** whole nanoseconds since the run began */
  readonly clock: () => number;
}

/**
 * Encodes microbatches and sends them as long as there is credit: a closed loop, no faster than the pipeline takes them.
 *
 * With a feedback edge a microbatch to learn waits for its wrong labels, and all behind it wait with it. What it waits for
 * has been sent before it and needs nothing more from the source, so it comes, whatever the capacity.
 */
export class Source {
  private readonly encoder: Encoder;
  private readonly entry: ChannelSender;
  private readonly items: Iterator<Item>;
  private readonly feedback: Feedback | undefined;
  private readonly events: SourceEvents;
  private readonly clock: () => number;
  private subscription: Subscription | undefined;
  /** taken from the itinerary and not yet sent */
  private next: Item | undefined;
  private sequence = 0;
  private ended = false;

  /** @param feedback  where wrong labels come from that the source must draw */
  constructor(
    pipeline: ResolvedPipeline,
    { entry, shape, workplace, clock }: SourceOptions,
    events: SourceEvents,
    feedback?: Feedback,
  ) {
    this.encoder = new Encoder(pipeline, workplace);
    this.entry = entry;
    this.events = events;
    this.clock = clock;
    this.feedback = feedback;
    this.items = itinerary(pipeline, {
      rows: Math.min(shape.goodnessRows, rowsFor(shape, pipeline.predictBy)),
      asked: rowsFor(shape, pipeline.negatives?.asks?.purpose ?? 'goodness'),
    });
  }

  start(): void {
    this.subscription = this.entry.credits.subscribe(() => this.pump());
    this.pump();
  }

  /** Takes scores that were asked for, and sends what has waited for them. */
  answer(scored: Microbatch): void {
    this.feedback?.answer(scored);
    this.pump();
  }

  /** Sends nothing more: what is in the pipeline is still worked on. */
  stop(): void {
    if (this.ended) return;
    this.ended = true;
    this.subscription?.unsubscribe();
    this.entry.close();
  }

  release(): void {
    this.ended = true;
    this.subscription?.unsubscribe();
    this.entry.release();
  }

  private pump(): void {
    try {
      while (!this.ended) {
        const slot = this.entry.claim();
        if (slot === undefined) {
          if (this.entry.sleep()) continue;
          return;
        }
        this.next ??= this.upcoming();
        if (this.next === undefined) this.stop();
        else if (this.mayGo(this.next, slot)) this.send(this.next, slot);
        else return;
      }
    } catch (error) {
      const reason = reasonOf(error);
      this.events.failed(new StageError({ stage: 'source', microbatch: this.sequence }, reason, error));
    }
  }

  private upcoming(): Item | undefined {
    const next = this.items.next();
    return next.done ? undefined : next.value;
  }

  /** Whether an item waits for nothing; what is to be learned from takes its wrong labels with it. */
  private mayGo({ purpose, indices }: Item, slot: Microbatch): boolean {
    if (this.feedback === undefined || purpose !== 'learn') return true;
    return this.feedback.take(indices.length, slot.wrong);
  }

  private send(item: Item, slot: Microbatch): void {
    const { purpose, of, indices, epoch } = item;
    const start = this.clock();
    this.next = undefined;
    slot.sequence = this.sequence;
    this.encoder.fill(slot, item);
    this.entry.send();
    const rows = indices.length;
    const asks = of === 'negatives' ? { of } : {};
    this.events.sent(
      { kind: 'arrival', microbatch: this.sequence, purpose, ...asks, rows, epoch, start },
      item,
    );
    this.sequence++;
  }
}
