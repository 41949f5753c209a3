import type { MessagePort } from 'node:worker_threads';
import { merge, type Observable, type Subscription } from 'rxjs';
import type { Microbatch } from '../../data/microbatch.ts';
import type { ChannelReceiver, ChannelSender } from './channel.ts';
import { Gradients, prime } from './gradients.ts';
import { Inbox } from './inbox.ts';

/** A stage's ends of the edges that lead into it and out of it. */
export interface StageEnds {
  readonly activityIn: ChannelReceiver;
  /** to the next stage; behind the last stage, predictions */
  readonly activityOut: ChannelSender;
  /** from the stage above, where layers learn backward */
  readonly gradientIn?: ChannelReceiver | undefined;
  /** to the stage below */
  readonly gradientOut?: ChannelSender | undefined;
  /** from the stage above, where the stage's last layer listens to it */
  readonly topDownIn?: ChannelReceiver | undefined;
  /** to the stage below, where its last layer listens */
  readonly topDownOut?: ChannelSender | undefined;
}

/** All that joins a stage to the rest: what has come and waits, and where to send. */
export class StageChannels {
  readonly ends: StageEnds;
  readonly inbox: Inbox;
  readonly gradients: Gradients;
  /** what the stage above sent down, oldest first */
  readonly heard: Microbatch[] = [];
  /** whether a microbatch settles here, with more to send */
  busy = false;
  private readonly last: boolean;
  private readonly subscriptions: Subscription[] = [];

  /**
   * @param last     whether no stage comes after
   * @param delay    of the schedule's gradients
   * @param learned  microbatches that the stage has learned from, where it begins anew
   */
  constructor(ends: StageEnds, last: boolean, delay = 0, learned = 0) {
    this.ends = ends;
    this.last = last;
    this.inbox = new Inbox(ends.activityIn, learned);
    this.gradients = new Gradients(delay);
    if (ends.gradientOut) prime(ends.gradientOut, delay);
  }

  /** @param pump  called when something has come, or credit has come back */
  listen(pump: () => void): void {
    const { activityIn, activityOut, gradientIn, gradientOut, topDownIn, topDownOut } = this.ends;
    const take = (from: Observable<Microbatch>, into: (arrived: Microbatch) => void): Subscription =>
      from.subscribe({
        next: (arrived) => {
          into(arrived);
          pump();
        },
        complete: pump,
      });
    this.subscriptions.push(take(activityIn.microbatches, (arrived) => this.inbox.add(arrived)));
    if (gradientIn) this.subscriptions.push(take(gradientIn.microbatches, (one) => this.gradients.add(one)));
    if (topDownIn) this.subscriptions.push(take(topDownIn.microbatches, (one) => this.heard.push(one)));
    const senders = [activityOut, gradientOut, topDownOut].filter((one) => one !== undefined);
    this.subscriptions.push(merge(...senders.map(({ credits }) => credits)).subscribe(pump));
  }

  /** Takes in what has come. */
  look(): void {
    const { activityIn, activityOut, gradientIn, topDownIn } = this.ends;
    activityIn.poll();
    gradientIn?.poll();
    topDownIn?.poll();
    activityOut.advance?.();
    // at once: stages above may wait for an F that never comes before they send their gradients down
    if (this.inbox.ended && !this.busy) activityOut.close();
  }

  /** Asks to be woken. @returns whether something came in the meantime */
  sleep(): boolean {
    const { activityIn, activityOut, gradientIn, gradientOut, topDownIn, topDownOut } = this.ends;
    const fed = [activityIn.sleep(), gradientIn?.sleep(), topDownIn?.sleep()].includes(true);
    const sends = this.busy || this.inbox.first !== undefined;
    if (sends || activityOut.waits) activityOut.sleep();
    if (sends) topDownOut?.sleep();
    if (this.gradients.any || this.last) gradientOut?.sleep();
    return fed;
  }

  /** Gives an end another doorbell: whoever is at the other end has begun anew. */
  rewire(end: keyof StageEnds, port: MessagePort): void {
    const one: ChannelReceiver | ChannelSender | undefined = this.ends[end];
    if (one?.rewire) one.rewire(port);
    else port.close();
  }

  /** Says that nothing more will be sent. */
  close(): void {
    const { activityOut, gradientOut, topDownOut } = this.ends;
    for (const end of [activityOut, gradientOut, topDownOut]) end?.close();
  }

  release(): void {
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    for (const end of Object.values(this.ends) as (ChannelReceiver | ChannelSender | undefined)[])
      end?.release();
  }
}
