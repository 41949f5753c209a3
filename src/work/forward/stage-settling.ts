import type { Purpose } from '../../core/trace.ts';
import type { Microbatch } from '../../data/microbatch.ts';
import type { Settling as Iterations } from '../../layers/layer.ts';
import type { Chain, Kept } from '../chain.ts';
import { maySend } from '../channels/channel.ts';
import type { StageChannels } from '../channels/stage-channels.ts';
import type { SettlingPass } from './settling-pass.ts';

/** A microbatch that settles: a prediction has one step more behind its last iteration, in which it is scored. */
interface Course {
  readonly kept: Kept;
  readonly purpose: Purpose;
  /** the iteration to come */
  t: number;
  readonly last: number;
}

/** What one step made. */
export interface Settled {
  /** whether it was the microbatch's last step */
  readonly done: boolean;
  readonly kept: Kept;
  /** of each layer, at the last iteration of what is learned from */
  readonly losses: readonly (number | undefined)[];
  /** their mean */
  readonly loss: number | undefined;
}

/**
 * How the layers of a stage settle, a step an F: the pass from the bottom up, then iterations in which the stage reads what both
 * its neighbours sent at the iteration before. What the pass left on an edge is read twice: by the pass of the next stage, and
 * by its first iteration. One microbatch settles at a time, and all stages settle them in one order.
 */
export class StageSettling {
  private readonly iterations: Iterations;
  private readonly chain: Chain;
  private readonly channels: StageChannels;
  private readonly pass: SettlingPass;
  private readonly first: boolean;
  private readonly top: boolean;
  private course: Course | undefined;

  constructor(
    iterations: Iterations,
    chain: Chain,
    channels: StageChannels,
    { stage, last }: { readonly stage: number; readonly last: boolean },
  ) {
    this.iterations = iterations;
    this.chain = chain;
    this.channels = channels;
    this.pass = chain.pass();
    this.first = stage === 0;
    this.top = last;
  }

  /** whether a microbatch is on its way, and which */
  get underWay(): Microbatch | undefined {
    return this.course?.kept.input;
  }

  /** Whether what comes next settles here: some predictions take the pass alone. */
  takes(next: Microbatch | undefined): boolean {
    if (this.course) return true;
    return next !== undefined && this.lastOf(next.purpose) > 0;
  }

  /** whether the messages of the next step have come */
  get fed(): boolean {
    const { inbox, heard } = this.channels;
    return (!this.readsBelow() || inbox.first !== undefined) && (!this.readsAbove() || heard.length > 0);
  }

  /** whether there is no room for what the next step sends */
  get lacksCredit(): boolean {
    const { activityOut, topDownOut } = this.channels.ends;
    const purpose = this.course?.purpose ?? this.channels.inbox.first?.purpose;
    if (purpose === undefined) return false;
    if (this.sendsUp(purpose) && !maySend(activityOut, purpose)) return true;
    return this.sendsDown(purpose) && topDownOut !== undefined && !maySend(topDownOut, purpose);
  }

  /** Takes one step. */
  step(): Settled {
    const { inbox, ends, heard } = this.channels;
    const came = this.readsBelow() ? inbox.take() : undefined;
    const above = this.readsAbove() ? heard.shift() : undefined;
    if (this.course === undefined) this.begin(came?.microbatch as Microbatch, came?.moved);
    const course = this.course as Course;
    const { kept, purpose, t, last } = course;
    const output = this.sendsUp(purpose) ? ends.activityOut.claim(purpose) : undefined;
    const down = this.sendsDown(purpose) ? ends.topDownOut?.claim(purpose) : undefined;
    let losses: readonly (number | undefined)[] = [];
    if (t > last) this.pass.score(kept, came?.microbatch ?? kept.input, output as Microbatch);
    else losses = this.pass.turn(kept, t, last, { below: came?.microbatch, above, output, down });
    if (output) ends.activityOut.send();
    if (down) ends.topDownOut?.send();
    if (above) ends.topDownIn?.giveBack();
    if (came) {
      if (came.moved && came.moved !== kept) this.chain.giveBack(came.moved);
      inbox.giveBack(came);
    }
    course.t++;
    const done = course.t > last + (purpose === 'learn' ? 0 : 1);
    if (done) this.course = undefined;
    this.channels.busy = !done;
    const own = losses.filter((loss) => loss !== undefined);
    const loss = own.length > 0 ? own.reduce((a, b) => a + b) / own.length : undefined;
    return { done, kept, losses, loss };
  }

  private begin(microbatch: Microbatch, moved: Kept | undefined): void {
    const { purpose } = microbatch;
    const kept = moved ?? this.chain.keep(microbatch);
    // more messages of the same microbatch come over the edge: this one may not keep its slot
    if (moved === undefined) this.chain.own(kept);
    this.course = { kept, purpose, t: 0, last: this.lastOf(purpose) };
  }

  private lastOf(purpose: Purpose): number {
    const { learning, predicting } = this.iterations;
    return purpose === 'learn' ? learning : purpose === 'goodness' ? predicting : 0;
  }

  private readsBelow(): boolean {
    const t = this.course?.t ?? 0;
    return t === 0 || (t >= 2 && !this.first);
  }

  private readsAbove(): boolean {
    const { t, last } = this.course ?? { t: 0, last: 0 };
    return !this.top && t >= 1 && t <= last;
  }

  private sendsUp(purpose: Purpose): boolean {
    const { t, last } = this.course ?? { t: 0, last: this.lastOf(purpose) };
    const scores = purpose !== 'learn' && t > last;
    return scores || (!this.top && t < last);
  }

  private sendsDown(purpose: Purpose): boolean {
    const { t, last } = this.course ?? { t: 0, last: this.lastOf(purpose) };
    return !this.first && t < last;
  }
}
