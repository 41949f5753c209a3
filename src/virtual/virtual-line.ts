import { must } from '../core/check.ts';
import { below, type State } from '../core/state.ts';
import type { LossReason } from '../core/trace.ts';
import type { SampleStream } from '../data/endless.ts';
import type { Item, Room } from '../ends/itinerary.ts';
import { isOpenLine, LineFeed } from '../ends/line-feed.ts';
import type { Supply } from '../simulation/onlooker.ts';
import type { Assembly } from '../work/assembly.ts';

/** An open line in virtual time. What waits on the edge into a real first stage waits in its queue. */
export class VirtualLine implements Supply {
  private readonly feed: LineFeed;
  private readonly clock: () => number;
  /** what goes in next: predictions, and behind them one microbatch to learn from */
  private next: Item[] = [];

  private readonly whyUnusable: (item: Item) => readonly LossReason[] | undefined;

  private constructor(feed: LineFeed, clock: () => number, whyUnusable: VirtualLine['whyUnusable']) {
    this.feed = feed;
    this.clock = clock;
    this.whyUnusable = whyUnusable;
  }

  /**
   * @param clock  nanoseconds of virtual time
   * @param whyUnusable  why none of an item's samples can be used: it does not go in; undefined where some can
   * @returns  undefined for a closed loop
   * @throws {RangeError} for samples that come by themselves, in a time of their own
   */
  static of(
    { pipeline, emit, from }: Assembly,
    room: Room,
    clock: () => number,
    whyUnusable: VirtualLine['whyUnusable'] = () => undefined,
  ): VirtualLine | undefined {
    if (!isOpenLine(pipeline)) return undefined;
    const { live, name } = pipeline.samples as SampleStream;
    must(live === undefined, 'samples in virtual time', 'made as they are needed', name);
    const state = from && below(below(from.state, 'source'), 'line');
    return new VirtualLine(new LineFeed(pipeline, room, emit, 0, { state }), clock, whyUnusable);
  }

  get readyAt(): number {
    const now = this.clock();
    this.feed.look(now, true);
    while (!this.ready) {
      const item = this.feed.next(now);
      if (item === undefined) return this.feed.readyAt;
      const why = this.whyUnusable(item);
      if (why === undefined) this.next.push(item);
      else this.feed.sent(item, 0, why, now);
    }
    return 0;
  }

  get ended(): boolean {
    return this.feed.ended && !this.ready;
  }

  /** Takes what goes in next. */
  take(): readonly Item[] {
    const items = this.next;
    this.next = [];
    return items;
  }

  /** An item has gone in, but for the samples of it that could not be used. */
  sent(item: Item, rows: number, unusable: readonly LossReason[]): void {
    this.feed.sent(item, rows, unusable, this.clock());
  }

  /** Tells what is to be told by now. */
  look(): void {
    this.feed.look(this.clock(), true);
  }

  close(): void {
    this.feed.close(this.clock());
  }

  state(): State {
    return this.feed.state();
  }

  private get ready(): boolean {
    return this.next.at(-1)?.purpose === 'learn';
  }
}
