import { Subscription } from 'rxjs';
import { must, mustBeWhole } from '../core/check.ts';
import { arrayIn, below, type State, under } from '../core/state.ts';
import type { LostEvent, TallyEvent } from '../core/trace.ts';
import type { SampleStream } from '../data/endless.ts';
import { type Microbatch, rowsFor } from '../data/microbatch.ts';
import type { ResolvedPipeline } from '../pipeline/resolve.ts';
import { reasonOf, StageError } from '../work/stage-error.ts';
import { Encoder } from './encoder.ts';
import { ClosedFeed, type Feed } from './feed.ts';
import { type Item, itinerary, type Room } from './itinerary.ts';
import { isOpenLine, LineFeed, timesOf } from './line-feed.ts';
import type { SourceEvents, SourceOptions, StopOptions } from './source-options.ts';

export type { SourceEvents, SourceOptions, StopOptions } from './source-options.ts';

/**
 * Encodes microbatches and sends them as long as there is credit: in a closed loop no faster than the pipeline takes them, in
 * an open line no sooner than they come.
 *
 * With a scores edge a microbatch to learn from waits for its wrong labels, and all behind it wait with it. What it waits
 * for was sent before it and needs nothing more from the source, so it comes at any capacity.
 */
export class Source {
  private readonly pipeline: ResolvedPipeline;
  private readonly options: SourceOptions;
  private readonly events: SourceEvents;
  private readonly encoder: Encoder;
  private feed: Feed | undefined;
  private restored: { readonly microbatch: number; readonly state: State } | undefined;
  private readonly subscription = new Subscription();
  private callOff: () => void = () => {};
  /** taken from the feed and not yet sent */
  private next: Item | undefined;
  private sequence = 0;
  /** learning microbatches sent since the pipeline's first */
  private learned = 0;
  private stopsAt: number | undefined;
  private ended = false;
  private pumping = false;
  private sending = false;

  constructor(pipeline: ResolvedPipeline, options: SourceOptions, events: SourceEvents) {
    this.pipeline = pipeline;
    this.options = options;
    this.events = events;
    this.encoder = new Encoder(pipeline, options.workplace, options.negativeImages);
    this.encoder.noise = options.steering;
  }

  /**
   * Puts back the state that `snapshot` told of learning microbatch k, before `start`: the source goes on with k.
   *
   * @throws {RangeError} unless it is such a state
   */
  restore(microbatch: number, state: State): void {
    const [learned, sequence] = arrayIn(state, 'position', 2);
    must(learned === microbatch, 'microbatch of the state of the source', `${microbatch}`, learned);
    this.learned = learned;
    this.sequence = sequence;
    this.encoder.restore(below(state, 'encoder'));
    this.options.wrongLabels?.restore(below(state, 'wrong labels'));
    this.restored = { microbatch, state: below(state, 'line') };
  }

  start(): void {
    const { entry, wrongLabels } = this.options;
    this.feed = this.makeFeed();
    this.subscription.add(entry.credits.subscribe(() => this.pump()));
    const { live } = this.pipeline.samples as SampleStream;
    const error = (cause: unknown): void => this.fail(cause, this.sequence);
    if (live) this.subscription.add(live.changes.subscribe({ next: () => this.pump(), error }));
    wrongLabels?.start(
      () => this.pump(),
      (error, microbatch) => this.fail(error, microbatch),
    );
    this.tell();
    this.pump();
  }

  /** Sends nothing more, at once or at the next multiple: what is in the pipeline is still worked on. */
  stop({ atMultipleOf = 1 }: StopOptions = {}): void {
    mustBeWhole(atMultipleOf, 'atMultipleOf', 1, 'microbatches');
    this.stopsAt = atMultipleOf;
    // who is told of a microbatch may stop the source before it is sent: it still goes
    if (!this.sending) this.stopIfDue();
  }

  release(): void {
    this.letGo();
    this.options.entry.release();
    this.options.wrongLabels?.release();
  }

  private room(): Room {
    const { shape } = this.options;
    const { predictBy, negatives } = this.pipeline;
    return {
      rows: Math.min(shape.goodnessRows, rowsFor(shape, predictBy)),
      asked: rowsFor(shape, negatives?.asks?.purpose ?? 'goodness'),
    };
  }

  private stopIfDue(): void {
    if (this.stopsAt !== undefined && this.learned % this.stopsAt === 0) this.close();
  }

  private close(): void {
    if (this.ended) return;
    this.letGo();
    this.options.entry.close();
  }

  private letGo(): void {
    if (this.ended) return;
    this.ended = true;
    this.subscription.unsubscribe();
    this.callOff();
    this.feed?.close?.(this.arrivals());
  }

  private makeFeed(): Feed {
    const { pipeline, restored } = this;
    if (!isOpenLine(pipeline)) return new ClosedFeed(itinerary(pipeline, this.room(), restored?.microbatch));
    const tell = (event: LostEvent | TallyEvent): void =>
      this.events.line?.({ ...event, start: event.start - this.jumped() });
    return new LineFeed(pipeline, this.room(), tell, this.arrivals(), {
      ...{ state: restored?.state, pace: this.options.steering?.pace },
    });
  }

  /** nanoseconds by which the clock of the arrivals is ahead of the run's */
  private jumped(): number {
    return this.arrivals() - this.options.clock();
  }

  private arrivals(): number {
    const { arrivals, clock } = this.options;
    return (arrivals ?? clock)();
  }

  /** Sends what can be sent. A call during another returns at once: the first one goes on. */
  pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    try {
      this.sendAll();
    } catch (error) {
      this.fail(error, this.sequence);
    }
    this.pumping = false;
  }

  private sendAll(): void {
    const { entry, steering } = this.options;
    while (!this.ended) {
      const now = this.arrivals();
      this.feed?.look?.(now, true);
      if (steering && steering.heldUntil > now) break;
      if (entry.credit === 0) {
        if (entry.sleep()) continue;
        break;
      }
      this.next ??= this.feed?.next(now);
      if (this.next !== undefined) {
        const slot = entry.claim(this.next.purpose) as Microbatch;
        if (!this.mayGo(this.next, slot)) break;
        this.send(this.next, slot);
      } else if (this.feed?.ended) this.close();
      else break;
    }
    this.sleep();
  }

  /** Has itself called when something may have come, or is to be told. Credit wakes it too. */
  private sleep(): void {
    const { wake, entry, steering } = this.options;
    const now = this.arrivals();
    const held = steering?.heldUntil ?? 0;
    const takes = this.next === undefined && entry.credit > 0 && held <= now;
    const comes = this.feed?.look?.(now, takes) ?? Number.POSITIVE_INFINITY;
    const at = this.ended ? Number.POSITIVE_INFINITY : Math.min(comes, held > now ? held : comes);
    this.callOff();
    if (at === Number.POSITIVE_INFINITY) return;
    this.callOff = wake?.(at, () => this.pump()) ?? this.callOff;
  }

  /** Whether an item waits for nothing; what is to be learned from takes its wrong labels with it. */
  private mayGo({ purpose, indices }: Item, slot: Microbatch): boolean {
    const { wrongLabels } = this.options;
    return wrongLabels === undefined || purpose !== 'learn' || wrongLabels.take(indices.length, slot.wrong);
  }

  private send(item: Item, slot: Microbatch): void {
    const { purpose, of, indices, epoch, intended } = item;
    const { entry, clock, wrongLabels } = this.options;
    const start = clock();
    const microbatch = this.sequence;
    slot.sequence = microbatch;
    const unusable = this.encoder.fill(slot, item);
    this.next = undefined;
    slot.intended = intended ? intended[intended.length - 1] - this.jumped() : 0;
    const { rows } = slot;
    this.feed?.sent?.(item, rows, unusable, start);
    if (rows === 0 && indices.length > 0) return;
    this.sequence++;
    if (of === 'negatives') wrongLabels?.ask(rows);
    const asks = of === 'negatives' ? { of } : {};
    // told before it is sent: on a channel within one thread the first stage works on it before `send` returns
    this.sending = true;
    const came = intended && { intended: timesOf(item, intended, slot), ids: slot.ids.slice(0, rows) };
    this.events.sent({ kind: 'arrival', microbatch, purpose, ...asks, rows, epoch, ...came, start }, item);
    entry.send();
    this.sending = false;
    if (purpose === 'learn') {
      this.learned++;
      this.options.steering?.sent(rows, this.arrivals());
      this.tell();
    }
    this.stopIfDue();
  }

  /** Tells the state of now, once it is complete. */
  private tell(): void {
    const { learned } = this;
    const { wrongLabels } = this.options;
    if (this.events.snapshot === undefined) return;
    const line = this.feed?.state && under('line', this.feed.state());
    const state = { ...sourceState(learned, this.sequence, this.encoder), ...line };
    if (wrongLabels === undefined) this.events.snapshot(learned, state);
    else
      wrongLabels.snapshot((labels) =>
        this.events.snapshot?.(learned, { ...state, ...under('wrong labels', labels) }),
      );
  }

  private fail(error: unknown, microbatch: number): void {
    if (this.ended) return;
    const place = { stage: 'source', microbatch } as const;
    this.letGo();
    this.events.failed(new StageError(place, reasonOf(error), error));
  }
}

/** What a source goes on from, but for wrong labels: how far it is, and what its encoder draws from. */
export function sourceState(learned: number, sequence: number, encoder: Encoder): State {
  return { position: Float64Array.of(learned, sequence), ...under('encoder', encoder.state()) };
}
