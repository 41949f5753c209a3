import type { Microbatch } from '../../data/microbatch.ts';
import type { Kept } from '../chain.ts';
import type { ChannelReceiver } from './channel.ts';

/** A microbatch that has come in. */
export interface Waiting {
  microbatch: Microbatch;
  /** microbatches to learn from that came before it */
  readonly after: number;
  /** whose slot it lies in: that of the so-many-th to come in; undefined once it has left it */
  slot: number | undefined;
  /** what it was moved to, where it left its slot before its F */
  moved?: Kept;
}

/** What has come in to a stage and waits, and the slots it has yet to give back. */
export class Inbox {
  private readonly link: ChannelReceiver;
  private readonly waiting: Waiting[] = [];
  /** inputs done with that wait for an older one to be given back */
  private readonly done = new Set<number>();
  private came = 0;
  private oldest = 0;
  private learned: number;
  private predictions = 0;

  /** @param learned  microbatches to learn from that came in before, where the stage begins anew */
  constructor(link: ChannelReceiver, learned: number) {
    this.link = link;
    this.learned = learned;
  }

  add(microbatch: Microbatch): void {
    this.waiting.push({ microbatch, after: this.learned, slot: this.came++ });
    if (microbatch.purpose === 'learn') this.learned++;
    else this.predictions++;
  }

  /** the oldest that waits */
  get first(): Microbatch | undefined {
    return this.waiting[0]?.microbatch;
  }

  /** the oldest that is to be predicted */
  get prediction(): Waiting | undefined {
    return this.predictions === 0 ? undefined : this.waiting.find(predicted);
  }

  /** Takes the oldest. */
  take(): Waiting {
    const one = this.waiting.shift() as Waiting;
    if (predicted(one)) this.predictions--;
    return one;
  }

  /** Takes the oldest that is to be predicted. @returns what came before it and waits */
  overtake(): readonly [Waiting, readonly Waiting[]] {
    const at = this.waiting.findIndex(predicted);
    const [one] = this.waiting.splice(at, 1);
    this.predictions--;
    return [one, this.waiting.slice(0, at)];
  }

  /** whether nothing waits and nothing more will come */
  get ended(): boolean {
    return this.waiting.length === 0 && this.link.drained;
  }

  /** Gives an input's slot back once all that came before it have been given back: a link returns its slots in order. */
  giveBack(one: { slot: number | undefined }): void {
    if (one.slot === undefined) return;
    this.done.add(one.slot);
    one.slot = undefined;
    while (this.done.delete(this.oldest)) {
      this.oldest++;
      this.link.giveBack();
    }
  }
}

function predicted({ microbatch }: Waiting): boolean {
  return microbatch.purpose !== 'learn';
}
