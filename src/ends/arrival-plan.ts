import type { Random } from '../core/random.ts';
import type { ResolvedLine } from '../pipeline/resolved.ts';
import type { Pace } from './steering.ts';

/** A place in the plan by which samples come: a pure function of the line, its stream and the count. */
export class ArrivalPlan {
  /** samples that have come, from the stream's first */
  count: number;
  private readonly gap: () => number;
  private readonly pace: Pace | undefined;
  private readonly nominal: number;
  private readonly lasts: number;
  /** times known ahead, the next first */
  private readonly ahead: number[] = [];
  private last: number;

  /**
   * @param origin  when the plan begins, in nanoseconds since the run began
   * @param pace    by which they come faster or slower than planned
   * @param first   samples that have come in an earlier run: the plan goes on behind them, as if the last had come at the origin
   */
  constructor(
    { arrivals, lasts }: ResolvedLine,
    random: Random,
    {
      origin,
      first,
      pace,
    }: { readonly origin: number; readonly first: number; readonly pace?: Pace | undefined },
  ) {
    this.gap = arrivals.gaps(random);
    this.pace = pace;
    this.nominal = arrivals.rate;
    this.last = origin;
    this.lasts = origin + lasts;
    this.count = first;
    for (let i = 0; i < first; i++) this.gap();
  }

  /** when the next sample comes, nanoseconds since the run began; Infinity where none does */
  get next(): number {
    return this.at(1);
  }

  /** When the n-th sample from now comes, n ≥ 1; Infinity where it doesn't. */
  at(n: number): number {
    while (this.ahead.length < n) {
      const gap = this.gap();
      this.last += this.pace ? gap * this.pace.stretch(this.count + this.ahead.length, this.nominal) : gap;
      this.ahead.push(this.last <= this.lasts ? this.last : Number.POSITIVE_INFINITY);
    }
    return this.ahead[n - 1];
  }

  /** The next sample comes. @returns when */
  take(): number {
    const at = this.next;
    this.ahead.shift();
    this.count++;
    return at;
  }
}
