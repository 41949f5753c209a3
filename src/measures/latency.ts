import { createHistogram } from 'node:perf_hooks';
import type { Measure } from './measure.ts';
import { Learning } from './parts/learned.ts';

/** milliseconds */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Time from the arrival of a microbatch to its last update in any stage, from an HDR histogram of three significant
 * digits. Only microbatches in the pipeline are kept.
 */
export function latency(): Measure<Latency> {
  const histogram = createHistogram({ figures: 3 });
  const learning = new Learning(({ arrival, end }) =>
    histogram.record(Math.max(1, Math.round(end - arrival.start))),
  );
  return {
    add: (event) => learning.add(event),
    value() {
      if (histogram.count === 0) return { p50: 0, p99: 0, max: 0 };
      const at = (percent: number): number => histogram.percentile(percent) / 1e6;
      return { p50: at(50), p99: at(99), max: histogram.max / 1e6 };
    },
  };
}
