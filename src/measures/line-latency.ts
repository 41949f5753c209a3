import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { Measure } from './measure.ts';
import { Learning } from './parts/learned.ts';

/** Percentiles of times, in milliseconds. */
export interface Percentiles {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** How long the samples of an open line take. */
export interface LineLatency {
  /** from when a sample was to come, by the plan, to when every stage has learned from it */
  readonly latencyMs: Percentiles;
  /** from when its microbatch went in: what the latency would be without a queue */
  readonly serviceMs: Percentiles;
  /** from when a sample was to come to its prediction; 0 where nothing is predicted */
  readonly predictionMs: Percentiles;
  /** samples counted in the latency */
  readonly samples: number;
}

/**
 * Latency of each sample from its intended time: what waits because the line has fallen behind is counted, as it would not be
 * from the time at which it was sent (coordinated omission). Exact to 3 digits.
 *
 * @param warmup  nanoseconds of the run that are left out at the beginning
 */
export function lineLatency(warmup = 0): Measure<LineLatency> {
  const [latency, service, prediction] = [createHistogram(), createHistogram(), createHistogram()];
  /** when the samples of microbatches were to come that have yet to be predicted */
  const asked = new Map<number, Float64Array>();
  let from = 0;
  const record = (into: RecordableHistogram, intended: number, end: number): void => {
    if (intended >= from) into.record(Math.max(1, Math.round(end - intended)));
  };
  const learning = new Learning(({ arrival: { intended, start: sent }, end }) => {
    if (intended === undefined) return;
    for (const at of intended) record(latency, at, end);
    if (sent >= from) service.record(Math.max(1, Math.round(end - sent)));
  });
  return {
    add(event) {
      learning.add(event);
      if (event.kind === 'start') from = warmup > 0 ? event.start + warmup : 0;
      else if (event.kind === 'prediction') {
        for (const at of asked.get(event.microbatch) ?? []) record(prediction, at, event.start);
        asked.delete(event.microbatch);
      } else if (event.kind === 'arrival' && event.intended && event.purpose !== 'learn')
        asked.set(event.microbatch, event.intended);
    },
    value: () => ({
      latencyMs: percentilesOf(latency),
      serviceMs: percentilesOf(service),
      predictionMs: percentilesOf(prediction),
      samples: latency.count,
    }),
  };
}

function percentilesOf(histogram: RecordableHistogram): Percentiles {
  if (histogram.count === 0) return { mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 };
  const at = (percent: number): number => histogram.percentile(percent) / 1e6;
  const { mean, max } = histogram;
  return { mean: mean / 1e6, p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: max / 1e6 };
}
