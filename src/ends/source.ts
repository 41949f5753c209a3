import type { Subscription } from 'rxjs';
import { must, mustBeWhole } from '../core/check.ts';
import { arrayIn, below, type State, under } from '../core/state.ts';
import type { ArrivalEvent } from '../core/trace.ts';
import { type Microbatch, rowsFor, type Shape } from '../data/microbatch.ts';
import type { Workplace } from '../kernels/kernel.ts';
import type { ResolvedPipeline } from '../pipeline/resolve.ts';
import type { ChannelSender } from '../work/channels/channel.ts';
import { reasonOf, StageError } from '../work/stage-error.ts';
import { Encoder } from './encoder.ts';
import { type Item, itinerary, type Room } from './itinerary.ts';
import type { WrongLabels } from './wrong-labels.ts';

export interface SourceOptions {
  /** the edge into the first stage */
  readonly entry: ChannelSender;
  /** of the microbatches on that edge */
  readonly shape: Shape;
  readonly workplace: Workplace;
  /** whole nanoseconds since the run began */
  readonly clock: () => number;
  /** where the wrong labels come from, if the source draws them */
  readonly wrongLabels?: WrongLabels | undefined;
}

export interface SourceEvents {
  /** a microbatch is filled and is being sent */
  sent(event: ArrivalEvent, item: Item): void;
  /**
   * The source's state when all learning microbatches below k were sent and k was not, for each k in its order; perhaps told
   * later than that. Left out, nothing is told.
   */
  snapshot?(microbatch: number, state: State): void;
  failed(error: StageError): void;
}

export interface StopOptions {
  /** goes on until the number of learning microbatches sent since the pipeline's first is a multiple of this; left out, 1 */
  readonly atMultipleOf?: number;
}

/**
 * Encodes microbatches and sends them as long as there is credit: a closed loop, no faster than the pipeline takes them.
 *
 * With a scores edge a microbatch to learn from waits for its wrong labels, and all behind it wait with it. What it waits
 * for was sent before it and needs nothing more from the source, so it comes at any capacity.
 */
export class Source {
  private readonly pipeline: ResolvedPipeline;
  private readonly options: SourceOptions;
  private readonly events: SourceEvents;
  private readonly encoder: Encoder;
  private items: Iterator<Item>;
  private subscription: Subscription | undefined;
  /** taken from the itinerary and not yet sent */
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
    this.encoder = new Encoder(pipeline, options.workplace);
    this.items = itinerary(pipeline, this.room());
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
    this.items = itinerary(this.pipeline, this.room(), microbatch);
  }

  start(): void {
    const { entry, wrongLabels } = this.options;
    this.subscription = entry.credits.subscribe(() => this.pump());
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
    this.ended = true;
    this.subscription?.unsubscribe();
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
    this.ended = true;
    this.subscription?.unsubscribe();
    this.options.entry.close();
  }

  /** Sends what can be sent. A call during another returns at once: the first one goes on. */
  private pump(): void {
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
    const { entry } = this.options;
    while (!this.ended) {
      const slot = entry.claim();
      if (slot === undefined) {
        if (entry.sleep()) continue;
        return;
      }
      this.next ??= this.upcoming();
      if (this.next === undefined) this.close();
      else if (this.mayGo(this.next, slot)) this.send(this.next, slot);
      else return;
    }
  }

  private upcoming(): Item | undefined {
    const next = this.items.next();
    return next.done ? undefined : next.value;
  }

  /** Whether an item waits for nothing; what is to be learned from takes its wrong labels with it. */
  private mayGo({ purpose, indices }: Item, slot: Microbatch): boolean {
    const { wrongLabels } = this.options;
    return wrongLabels === undefined || purpose !== 'learn' || wrongLabels.take(indices.length, slot.wrong);
  }

  private send(item: Item, slot: Microbatch): void {
    const { purpose, of, indices, epoch } = item;
    const { entry, clock, wrongLabels } = this.options;
    const start = clock();
    const rows = indices.length;
    const microbatch = this.sequence;
    slot.sequence = microbatch;
    this.encoder.fill(slot, item);
    this.next = undefined;
    this.sequence++;
    if (of === 'negatives') wrongLabels?.ask(rows);
    const asks = of === 'negatives' ? { of } : {};
    // told before it is sent: on a channel within one thread the first stage works on it before `send` returns
    this.sending = true;
    this.events.sent({ kind: 'arrival', microbatch, purpose, ...asks, rows, epoch, start }, item);
    entry.send();
    this.sending = false;
    if (purpose === 'learn') {
      this.learned++;
      this.tell();
    }
    this.stopIfDue();
  }

  /** Tells the state of now, once it is complete. */
  private tell(): void {
    const { learned } = this;
    const { wrongLabels } = this.options;
    if (this.events.snapshot === undefined) return;
    const state = sourceState(learned, this.sequence, this.encoder);
    if (wrongLabels === undefined) this.events.snapshot(learned, state);
    else
      wrongLabels.snapshot((labels) =>
        this.events.snapshot?.(learned, { ...state, ...under('wrong labels', labels) }),
      );
  }

  private fail(error: unknown, microbatch: number): void {
    const place = { stage: 'source', microbatch } as const;
    this.ended = true;
    this.subscription?.unsubscribe();
    this.events.failed(new StageError(place, reasonOf(error), error));
  }
}

/** What a source goes on from, but for wrong labels: how far it is, and what its encoder draws from. */
export function sourceState(learned: number, sequence: number, encoder: Encoder): State {
  return { position: Float64Array.of(learned, sequence), ...under('encoder', encoder.state()) };
}
