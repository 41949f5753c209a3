import type { Onlooker } from '../onlooker.ts';
import { type Estimate, longRun, warmUpOf } from './intervals.ts';
import { Series } from './series.ts';
import { Thinned } from './thinned.ts';

/** departures from which on there is a long run to speak of */
export const longEnough = 1000;

/** The part of a run over which all its rates and latencies are taken, in ticks. */
export interface Window {
  readonly from: number;
  readonly to: number;
  /** departures before it and in it */
  readonly before: number;
  readonly inside: number;
}

/** Rates and latencies of one window, in ticks. */
export interface Departed {
  readonly window: Window;
  readonly gaps: Estimate;
  readonly sojourns: Estimate;
  readonly percentiles: readonly number[];
}

/** Watches microbatches leave, in little memory however many there are. */
export class Departures implements Onlooker {
  /** of all sojourns, in ticks */
  sum = 0;
  /** times of departures, in ticks */
  readonly times: Thinned;
  private readonly gaps = new Series();
  private readonly sojourns = new Series();
  private readonly thinned: Thinned;
  private last = 0;
  private readonly ticks: number;

  /**
   * @param expected  how many will come at most
   * @param ticks     parts of a nanosecond in which times are whole
   */
  constructor(expected: number, ticks = 1) {
    this.ticks = ticks;
    this.times = new Thinned(expected);
    this.thinned = new Thinned(expected);
  }

  get count(): number {
    return this.sojourns.count;
  }

  left(_path: number, entered: number, left: number): void {
    const at = left * this.ticks;
    const sojourn = at - entered * this.ticks;
    this.gaps.add(at - this.last);
    this.sojourns.add(sojourn);
    this.thinned.add(sojourn);
    this.times.add(at);
    this.last = at;
    this.sum += sojourn;
  }

  /**
   * Rates and latencies over one window.
   *
   * @param shares  of the percentiles, 0 to 1 each
   * @param cut     what is taken for warm-up: nothing; the first tenth, which is blind to what happened in it; or what rates
   *                and latencies both take to settle (MSER)
   * @param long    whether batches of the window tell an interval
   */
  over(
    shares: readonly number[],
    { cut: how, long }: { cut: 'nothing' | 'tenth' | 'settling'; long: boolean },
  ): Departed {
    const { means, size } = this.gaps.batches();
    const { means: latencies } = this.sojourns.batches();
    const settled = () => Math.max(warmUpOf(means), warmUpOf(latencies));
    const cut = how === 'nothing' ? 0 : how === 'tenth' ? Math.ceil(means.length / 10) : settled();
    const before = cut * size;
    const inside = this.count - before;
    const sumBefore = (of: readonly number[]): number =>
      of.slice(0, cut).reduce((sum, mean) => sum + mean * size, 0);
    const from = sumBefore(means);
    /** the mean of the whole window, with the interval that its batches tell */
    const estimate = (sum: number, batches: readonly number[]): Estimate => {
      const mean = sum / inside;
      const { mean: middle, ci95 } = long ? longRun(batches, cut) : { mean, ci95: null };
      return { mean, ci95: ci95 && [mean + ci95[0] - middle, mean + ci95[1] - middle] };
    };
    return {
      window: { from, to: this.last, before, inside },
      gaps: estimate(this.last - from, means),
      sojourns: estimate(this.sum - sumBefore(latencies), latencies),
      percentiles: this.thinned.percentiles(shares, before),
    };
  }
}
