import { merge, type Subscription } from 'rxjs';
import type { Arena } from '../core/arena.ts';
import type { Microbatch } from '../data/microbatch.ts';
import { Inbox } from '../work/inbox.ts';
import { LinkReceiver, LinkSender } from './link.ts';
import type { StagePlan } from './stage-plan.ts';

/** All that joins a stage to the rest: activity comes in and goes out, gradients come down and go down. */
export class Links {
  readonly inbox: Inbox;
  /** gradients that have come and wait for their B, oldest first */
  readonly gradients: Microbatch[] = [];
  readonly out: LinkSender;
  readonly above: LinkReceiver | undefined;
  readonly below: LinkSender | undefined;
  private readonly up: LinkReceiver;
  private readonly last: boolean;
  private readonly subscriptions: Subscription[] = [];

  constructor({ up, out, above, below, last }: StagePlan, arena: Arena) {
    this.up = new LinkReceiver(up, arena);
    this.inbox = new Inbox(this.up);
    this.out = new LinkSender(out, arena);
    this.above = above && new LinkReceiver(above, arena);
    this.below = below && new LinkSender(below, arena);
    this.last = last;
  }

  /** @param pump  called when something has come */
  listen(pump: () => void): void {
    this.subscriptions.push(
      this.up.microbatches.subscribe({
        next: (arrived) => {
          this.inbox.add(arrived);
          pump();
        },
        complete: pump,
      }),
      merge(this.out.credits, ...(this.below ? [this.below.credits] : [])).subscribe(pump),
    );
    if (this.above === undefined) return;
    this.subscriptions.push(
      this.above.microbatches.subscribe((arrived) => {
        this.gradients.push(arrived);
        pump();
      }),
    );
  }

  /** Takes in what has come. */
  look(): void {
    this.up.poll();
    this.above?.poll();
    // at once: stages above may wait for an F that never comes before they send their gradients down
    if (this.inbox.ended) this.out.close();
  }

  /** Asks to be woken. @returns whether something came in the meantime */
  sleep(): boolean {
    const fed = [this.up.sleep(), this.above?.sleep()].includes(true);
    if (this.inbox.first) this.out.sleep();
    if (this.gradients.length > 0 || this.last) this.below?.sleep();
    return fed;
  }

  release(): void {
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    for (const end of [this.up, this.out, this.above, this.below]) end?.release();
  }
}
