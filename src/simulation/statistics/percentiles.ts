import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** values that are kept as they are; of more, four digits are */
const exactAtMost = 20_000;

/** Percentiles of whole nanoseconds: exact of few, from an HDR histogram of many. */
export class Percentiles {
  private readonly values: number[] = [];
  private histogram: RecordableHistogram | undefined;

  add(value: number): void {
    if (this.histogram) this.histogram.record(Math.max(1, value));
    else {
      this.values.push(value);
      if (this.values.length < exactAtMost) return;
      this.histogram = createHistogram({ figures: 4 });
      for (const one of this.values) this.histogram.record(Math.max(1, one));
      this.values.length = 0;
    }
  }

  /** @param share  0 to 1; @returns NaN where there is no value */
  at(share: number): number {
    if (this.histogram) return this.histogram.percentile(100 * share);
    if (this.values.length === 0) return Number.NaN;
    const sorted = [...this.values].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  }
}
