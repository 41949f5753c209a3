import type { Microbatch } from '../data/microbatch.ts';
import type { LinkReceiver } from './link.ts';

/** What has come in to a stage and waits, and the slots it has yet to give back. */
export class Inbox {
  private readonly link: LinkReceiver;
  private readonly waiting: Microbatch[] = [];
  /** inputs done with that wait for an older one to be given back */
  private readonly done = new Set<number>();
  private oldest = 0;

  constructor(link: LinkReceiver) {
    this.link = link;
  }

  add(arrived: Microbatch): void {
    this.waiting.push(arrived);
  }

  /** the oldest that waits */
  get first(): Microbatch | undefined {
    return this.waiting[0];
  }

  take(): Microbatch {
    return this.waiting.shift() as Microbatch;
  }

  /** whether nothing waits and nothing more will come */
  get ended(): boolean {
    return this.waiting.length === 0 && this.link.drained;
  }

  /** Gives an input's slot back once all that came before it have been given back: a link returns its slots in order. */
  giveBack(sequence: number): void {
    this.done.add(sequence);
    while (this.done.delete(this.oldest)) {
      this.oldest++;
      this.link.giveBack();
    }
  }
}
