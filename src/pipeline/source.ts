import type { Subscription } from 'rxjs';
import type { Arena } from '../core/arena.ts';
import { wallNanoseconds } from '../core/clock.ts';
import { random } from '../core/random.ts';
import type { ArrivalEvent, Purpose } from '../core/trace.ts';
import type { Dataset } from '../data/dataset.ts';
import { type Microbatch, rowsFor } from '../data/microbatch.ts';
import { blocks, epochOrder } from '../data/microbatches.ts';
import { type LinkEnd, LinkSender } from './link.ts';
import type { Whole } from './pipeline.ts';
import { reasonOf, StageError } from './stage-error.ts';

/** One microbatch to come: which samples, and what for. */
export interface Item {
  readonly purpose: Purpose;
  readonly of: 'samples' | 'running' | 'test';
  readonly from: Dataset;
  readonly indices: Uint32Array;
  readonly epoch: number;
}

/**
 * All that a run sends through its pipeline, in order: each epoch's microbatches in an order of its own, some samples
 * predicted before they are learned from, and at the end the test set. A pure function of the pipeline.
 *
 * @param rows  samples a prediction may hold
 */
export function* itinerary(pipeline: Whole, rows: number): Generator<Item, void, undefined> {
  const { samples, test, epochs, microbatch, runningEvery, predictBy, seed } = pipeline;
  let count = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = epochOrder(samples.count, random(seed).fork(`epoch ${epoch}`).fork('order'));
    for (const indices of blocks(order, microbatch)) {
      if (runningEvery > 0 && count++ % runningEvery === 0) {
        yield { purpose: predictBy, of: 'running', from: samples, indices: indices.subarray(0, rows), epoch };
      }
      yield { purpose: 'learn', of: 'samples', from: samples, indices, epoch };
    }
  }
  if (test === undefined) return;
  const order = Uint32Array.from({ length: test.count }, (_, i) => i);
  for (const indices of blocks(order, rows))
    yield { purpose: predictBy, of: 'test', from: test, indices, epoch: epochs };
}

export interface SourceEvents {
  /** a microbatch has been sent */
  sent(event: ArrivalEvent, item: Item): void;
  failed(error: StageError): void;
}

/** Encodes microbatches and sends them as long as there is credit: a closed loop, no faster than the pipeline takes them. */
export class Source {
  private readonly pipeline: Whole;
  private readonly link: LinkSender;
  private readonly items: Iterator<Item>;
  private readonly events: SourceEvents;
  private readonly origin: number;
  private subscription: Subscription | undefined;
  private sequence = 0;
  private ended = false;

  constructor(pipeline: Whole, entry: LinkEnd, arena: Arena, origin: number, events: SourceEvents) {
    this.pipeline = pipeline;
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
    const { purpose, from, indices, epoch } = item;
    const start = wallNanoseconds() - this.origin;
    const { width } = slot.shape;
    slot.sequence = this.sequence;
    slot.purpose = purpose;
    slot.rows = indices.length;
    if (purpose !== 'learn') slot.scores.fill(0);
    for (const [row, index] of indices.entries()) {
      const into = slot.activity.subarray(row * width, (row + 1) * width);
      slot.labels[row] = from.labels[index];
      slot.amplitude[row] = this.pipeline.encoding.encode(from.images, index, into);
      if (from.images instanceof Float32Array) mustBeFinite(into, from.name, index);
    }
    this.link.send();
    const rows = indices.length;
    this.events.sent({ kind: 'arrival', microbatch: this.sequence, purpose, rows, epoch, start }, item);
    this.sequence++;
  }
}

function mustBeFinite(row: Float32Array, name: string, index: number): void {
  for (let j = 0; j < row.length; j++) {
    if (!Number.isFinite(row[j])) {
      throw new RangeError(`sample ${index} of ${name} must be finite in every pixel; got ${row[j]}`);
    }
  }
}
