import { createHistogram } from 'node:perf_hooks';
import type { Measure } from './measure.ts';

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
  const inside = new Map<number, { readonly arrived: number; left: number; end: number }>();
  /** the last microbatch that each stage has updated with; an update takes all since the one before [stages] */
  const updated: number[] = [];
  let stages = 1;
  return {
    add(event) {
      if (event.kind === 'start') stages = event.stages;
      else if (event.kind === 'arrival' && event.purpose === 'learn') {
        inside.set(event.microbatch, { arrived: event.start, left: stages, end: 0 });
      } else if (event.kind === 'op' && event.op === 'U' && !event.again) {
        const before = updated[event.stage] ?? -1;
        updated[event.stage] = event.microbatch;
        for (const [microbatch, one] of inside) {
          if (microbatch > event.microbatch) break;
          if (microbatch <= before) continue;
          one.end = Math.max(one.end, event.end);
          if (--one.left > 0) continue;
          histogram.record(Math.max(1, Math.round(one.end - one.arrived)));
          inside.delete(microbatch);
        }
      }
    },
    value() {
      if (histogram.count === 0) return { p50: 0, p99: 0, max: 0 };
      const at = (percent: number): number => histogram.percentile(percent) / 1e6;
      return { p50: at(50), p99: at(99), max: histogram.max / 1e6 };
    },
  };
}
