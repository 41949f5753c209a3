import { Subscription } from 'rxjs';
import type { PredictionEvent, PredictionOf } from '../core/trace.ts';
import { type Microbatch, passOn } from '../data/microbatch.ts';
import type { ChannelReceiver, ChannelSender } from '../work/channels/channel.ts';
import { reasonOf, StageError } from '../work/stage-error.ts';
import { mustBeScored, scored } from './score.ts';

export interface SinkOptions {
  /** the edge out of the last stage */
  readonly exit: ChannelReceiver;
  /** the edge back to the source, where negatives are drawn from scores */
  readonly scores?: ChannelSender | undefined;
  /** whole nanoseconds since the run began */
  readonly clock: () => number;
  /** whether predictions are told with their scores */
  readonly withScores?: boolean | undefined;
}

export interface SinkEvents {
  scored(event: PredictionEvent): void;
  failed(error: StageError): void;
  /** everything that was sent has been scored */
  complete(): void;
}

/** Compares predictions with the truth; sends scores that negatives are drawn from back to the source. */
export class Sink {
  private readonly options: SinkOptions;
  private readonly events: SinkEvents;
  private readonly subscriptions = new Subscription();
  /** received and not yet given back, oldest first: scores without credit wait here */
  private readonly waiting: Microbatch[] = [];
  private working = false;
  private ended = false;

  constructor(options: SinkOptions, events: SinkEvents) {
    this.options = options;
    this.events = events;
  }

  start(): void {
    const { exit, scores } = this.options;
    if (scores) this.subscriptions.add(scores.credits.subscribe(() => this.work()));
    const next = (microbatch: Microbatch) => {
      this.waiting.push(microbatch);
      this.work();
    };
    const complete = () => {
      this.ended = true;
      this.work();
    };
    this.subscriptions.add(exit.microbatches.subscribe({ next, complete }));
    this.work();
  }

  release(): void {
    this.subscriptions.unsubscribe();
    this.options.exit.release();
    this.options.scores?.release();
  }

  /** Works on what waits, and asks to be woken. A call during another returns at once: the stack does not grow. */
  private work(): void {
    if (this.working) return;
    const { exit, scores } = this.options;
    this.working = true;
    do {
      while (this.waiting.length > 0 && this.take(this.waiting[0])) {
        this.waiting.shift();
        exit.giveBack();
      }
    } while (!this.subscriptions.closed && exit.sleep() && exit.poll());
    this.working = false;
    if (!this.ended || this.waiting.length > 0 || this.subscriptions.closed) return;
    this.subscriptions.unsubscribe();
    scores?.close();
    this.events.complete();
  }

  /** @returns false while scores wait for credit, and after a failure */
  private take(microbatch: Microbatch): boolean {
    const { scores, clock, withScores } = this.options;
    let event: PredictionEvent | undefined;
    try {
      const { reason, epoch } = microbatch;
      mustBeScored(microbatch);
      if (reason === 'negatives') return this.sendBack(microbatch, scores);
      event = scored(microbatch, { of: reason as PredictionOf, epoch, start: clock() }, withScores);
    } catch (error) {
      this.subscriptions.unsubscribe();
      const place = { stage: 'sink', microbatch: microbatch.sequence } as const;
      this.events.failed(new StageError(place, reasonOf(error), error));
      return false;
    }
    this.events.scored(event);
    return true;
  }

  private sendBack(microbatch: Microbatch, scores: ChannelSender | undefined): boolean {
    if (scores === undefined) throw new TypeError('sink must have a scores edge for negatives; got none');
    let slot = scores.claim();
    if (slot === undefined && scores.sleep()) slot = scores.claim();
    if (slot === undefined) return false;
    passOn(microbatch, slot);
    scores.send();
    return true;
  }
}
