import type { Onlooker } from '../onlooker.ts';
import { Thinned } from './thinned.ts';

/** share of all arrivals that a backlog has at least before a line counts as overloaded */
const much = 0.02;
/** share of the backlog that came in the second half of the arrivals: of steady growth, a half */
const lately = 0.25;

/** Watches microbatches come, to tell whether a line falls behind for good. */
export class Backlog implements Onlooker {
  private readonly times: Thinned;
  private readonly ticks: number;
  private last = 0;

  /**
   * @param expected  how many will come at most
   * @param ticks     parts of a nanosecond in which times are whole
   */
  constructor(expected: number, ticks = 1) {
    this.ticks = ticks;
    this.times = new Thinned(expected);
  }

  entered(_path: number, _microbatch: number, at: number): void {
    this.last = at * this.ticks;
    this.times.add(this.last);
  }

  /**
   * By how much the line falls behind, where it does: when the last microbatch comes, a notable part of all is still inside,
   * and that part has grown until then as a line does whose arrivals are beyond what it can do.
   *
   * @param departures  times at which microbatches left, in the same ticks
   * @returns  microbatches a tick by which the backlog grows; undefined where it does not
   */
  growth(departures: Thinned): number | undefined {
    const inside = (at: number): number => this.times.upTo(at) - departures.upTo(at);
    const end = inside(this.last);
    const lastHalf = end - inside(this.last / 2);
    if (end < much * this.times.count || lastHalf < lately * end) return undefined;
    return end / this.last;
  }
}
