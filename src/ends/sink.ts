import type { Subscription } from 'rxjs';
import type { PredictionEvent, PredictionOf } from '../core/trace.ts';
import type { Microbatch } from '../data/microbatch.ts';
import type { ChannelReceiver } from '../work/channel.ts';
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
  private readonly exit: ChannelReceiver;
  private readonly clock: () => number;
  private readonly askedFor: (microbatch: number) => Asked;
  private readonly events: SinkEvents;
  private subscription: Subscription | undefined;
  private dozing = false;

  /**
   * @param exit      the edge out of the last stage
   * @param clock     whole nanoseconds since the run began
   * @param askedFor  what this microbatch was sent for; asked once
   */
  constructor(
    exit: ChannelReceiver,
    clock: () => number,
    askedFor: (microbatch: number) => Asked,
    events: SinkEvents,
  ) {
    this.exit = exit;
    this.clock = clock;
    this.askedFor = askedFor;
    this.events = events;
  }

  start(): void {
    this.subscription = this.exit.microbatches.subscribe({
      next: (microbatch) => this.take(microbatch),
      complete: () => this.events.complete(),
    });
    this.doze();
  }

  release(): void {
    this.subscription?.unsubscribe();
    this.exit.release();
  }

  private take(microbatch: Microbatch): void {
    let event: PredictionEvent | undefined;
    try {
      const { of, epoch } = this.askedFor(microbatch.sequence);
      mustBeScored(microbatch);
      if (of === 'negatives') this.events.asked(microbatch);
      else event = scored(microbatch, { of, epoch, start: this.clock() });
    } catch (error) {
      const place = { stage: 'sink', microbatch: microbatch.sequence } as const;
      this.events.failed(new StageError(place, reasonOf(error), error));
      return;
    }
    if (event) this.events.scored(event);
    this.exit.giveBack();
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
    while (this.exit.sleep() && this.exit.poll());
    this.dozing = false;
  }
}
