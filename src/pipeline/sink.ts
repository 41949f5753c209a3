import type { Subscription } from 'rxjs';
import type { Arena } from '../core/arena.ts';
import { must } from '../core/check.ts';
import { wallNanoseconds } from '../core/clock.ts';
import { matrix } from '../core/matrix.ts';
import { argmax } from '../core/rows.ts';
import type { PredictionEvent, PredictionOf } from '../core/trace.ts';
import type { Microbatch } from '../data/microbatch.ts';
import { type LinkEnd, LinkReceiver } from './link.ts';
import { reasonOf, StageError } from './stage-error.ts';

/** Why a microbatch was sent to be scored. */
export interface Asked {
  readonly of: PredictionOf | 'negatives';
  readonly epoch: number;
}

export interface SinkEvents {
  scored(event: PredictionEvent): void;
  /** scores that negatives are to be drawn from; the microbatch is the sink's again after the call */
  asked(microbatch: Microbatch): void;
  failed(error: StageError): void;
  /** everything sent has been scored */
  complete(): void;
}

/** Takes predictions off the last link and compares them with the truth; what only asked for scores it hands back. */
export class Sink {
  private readonly link: LinkReceiver;
  private readonly origin: number;
  private readonly askedFor: (microbatch: number) => Asked;
  private readonly events: SinkEvents;
  private subscription: Subscription | undefined;
  private dozing = false;

  /** @param askedFor  what this microbatch was sent for; asked once */
  constructor(
    exit: LinkEnd,
    arena: Arena,
    origin: number,
    askedFor: (microbatch: number) => Asked,
    events: SinkEvents,
  ) {
    this.link = new LinkReceiver(exit, arena);
    this.origin = origin;
    this.askedFor = askedFor;
    this.events = events;
  }

  start(): void {
    this.subscription = this.link.microbatches.subscribe({
      next: (microbatch) => this.take(microbatch),
      complete: () => this.events.complete(),
    });
    this.doze();
  }

  release(): void {
    this.subscription?.unsubscribe();
    this.link.release();
  }

  private take(microbatch: Microbatch): void {
    let event: PredictionEvent | undefined;
    try {
      const { of, epoch } = this.askedFor(microbatch.sequence);
      mustBeFinite(microbatch);
      if (of === 'negatives') this.events.asked(microbatch);
      else event = this.score(microbatch, of, epoch);
    } catch (error) {
      const place = { stage: 'sink', microbatch: microbatch.sequence } as const;
      this.events.failed(new StageError(place, reasonOf(error), error));
      return;
    }
    if (event) this.events.scored(event);
    this.link.giveBack();
    this.doze();
  }

  /**
   * Asks to be woken, and takes what has come before it asked.
   *
   * To take is to doze again: without the guard the stack would grow for as long as the sender keeps up.
   */
  private doze(): void {
    if (this.dozing) return;
    this.dozing = true;
    while (this.link.sleep() && this.link.poll());
    this.dozing = false;
  }

  private score(
    { sequence, purpose, rows, labels, scores, shape }: Microbatch,
    of: PredictionOf,
    epoch: number,
  ): PredictionEvent {
    const table = matrix(rows, shape.classes, scores);
    const predicted = Uint8Array.from({ length: rows }, (_, row) => argmax(table, row));
    const correct = predicted.reduce((sum, label, row) => sum + (label === labels[row] ? 1 : 0), 0);
    const start = wallNanoseconds() - this.origin;
    return { kind: 'prediction', microbatch: sequence, purpose, of, epoch, rows, correct, predicted, start };
  }
}

function mustBeFinite({ rows, scores, shape }: Microbatch): void {
  const wrong = scores.subarray(0, rows * shape.classes).find((score) => !Number.isFinite(score));
  must(wrong === undefined, 'scores', 'finite', wrong);
}
