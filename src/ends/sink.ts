import type { Subscription } from 'rxjs';
import type { Arena } from '../core/arena.ts';
import { wallNanoseconds } from '../core/clock.ts';
import type { PredictionEvent, PredictionOf } from '../core/trace.ts';
import type { Microbatch } from '../data/microbatch.ts';
import { type LinkEnd, LinkReceiver } from '../threads/link.ts';
import { reasonOf, StageError } from '../work/stage-error.ts';
import { mustBeScored, scored } from './score.ts';

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
      mustBeScored(microbatch);
      if (of === 'negatives') this.events.asked(microbatch);
      else event = scored(microbatch, { of, epoch, start: wallNanoseconds() - this.origin });
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
}
