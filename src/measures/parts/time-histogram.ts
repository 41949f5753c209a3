import { createHistogram } from 'node:perf_hooks';

/** Times in milliseconds. */
export interface Times {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** how many times were taken */
  readonly count: number;
}

/** A histogram of times with three significant digits (HDR). */
export class TimeHistogram {
  private readonly histogram = createHistogram({ figures: 3 });

  /** @param nanoseconds  below 1 is taken as 1 */
  record(nanoseconds: number): void {
    this.histogram.record(Math.max(1, Math.round(nanoseconds)));
  }

  value(): Times {
    const { histogram } = this;
    if (histogram.count === 0) return { mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0, count: 0 };
    const at = (percent: number): number => histogram.percentile(percent) / 1e6;
    const { mean, max, count } = histogram;
    return {
      mean: mean / 1e6,
      p50: at(50),
      p90: at(90),
      p99: at(99),
      p999: at(99.9),
      max: max / 1e6,
      count,
    };
  }
}
