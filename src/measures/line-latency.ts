import { mustBeWhole } from '../core/check.ts';
import type { Measure } from './measure.ts';
import { Learning } from './parts/learned.ts';
import { TimeHistogram, type Times } from './parts/time-histogram.ts';

export interface LineLatencyOptions {
  /** nanoseconds after the start before which what was to come does not count; left out, 0 */
  readonly warmUp?: number;
  /** frames: how many come per second, and within how many frames a prediction must be out; left out, none are missed */
  readonly frames?: { readonly perSecond: number; readonly within?: number };
}

export interface LineLatency {
  /** of each sample, from when it was to come until every stage has learned from it */
  readonly latencyMs: Times;
  /** of each microbatch, from when it was sent in until every stage has learned from it */
  readonly serviceMs: Times;
  /** of each sample, from when it was to come until its prediction was out */
  readonly predictionMs: Times;
  /** frames that were dropped or whose prediction came later than `within` frames after they were to come, of all frames */
  readonly framesMissed: number;
  readonly frames: number;
}

/**
 * Latency from the intended time: a sample that was to come while nothing could be sent in has waited since then, so that no delay
 * is left out where the pipeline holds its source back.
 *
 * @see Tene, How NOT to measure latency (coordinated omission)
 */
export function lineLatency({ warmUp = 0, frames }: LineLatencyOptions = {}): Measure<LineLatency> {
  mustBeWhole(warmUp, 'warmUp of lineLatency', 0, 'nanoseconds');
  const [whole, service, predicted] = [new TimeHistogram(), new TimeHistogram(), new TimeHistogram()];
  /** intended times of predictions on their way */
  const asked = new Map<number, Float64Array>();
  const within =
    frames === undefined ? Number.POSITIVE_INFINITY : ((frames.within ?? 1) * 1e9) / frames.perSecond;
  let [origin, missed, seen] = [0, 0, 0];
  const learning = new Learning(({ arrival: { intended, start }, end }) => {
    if (start - origin < warmUp) return;
    service.record(end - start);
    for (const time of intended ?? []) if (time - origin >= warmUp) whole.record(end - time);
  });
  return {
    add(event) {
      learning.add(event);
      if (event.kind === 'start') origin = event.start;
      else if (event.kind === 'arrival' && event.purpose !== 'learn' && event.intended)
        asked.set(event.microbatch, event.intended);
      else if (event.kind === 'lost') {
        missed += event.rows ?? 0;
        seen += event.rows ?? 0;
      } else if (event.kind === 'prediction' && event.of === 'running') {
        for (const time of asked.get(event.microbatch) ?? []) {
          const took = event.start - time;
          seen++;
          if (took > within) missed++;
          if (time - origin >= warmUp) predicted.record(took);
        }
        asked.delete(event.microbatch);
      }
    },
    value: () => ({
      latencyMs: whole.value(),
      serviceMs: service.value(),
      predictionMs: predicted.value(),
      framesMissed: frames === undefined ? 0 : missed,
      frames: seen,
    }),
  };
}
