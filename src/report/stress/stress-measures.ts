import type { TraceEvent } from '../../core/trace.ts';
import { type DetectionsOptions, detections } from '../../measures/detections.ts';
import { lineFlow } from '../../measures/line-flow.ts';
import { type LineLatencyOptions, lineLatency } from '../../measures/line-latency.ts';
import { type PrequentialOptions, prequential } from '../../measures/prequential.ts';
import { recoveries } from '../../measures/recoveries.ts';
import { stageFlow } from '../../measures/stage-flow.ts';
import { staleness } from '../../measures/staleness.ts';
import type { StressValues } from './make-stress-report.ts';

export interface StressMeasuresOptions {
  readonly prequential?: Omit<PrequentialOptions, 'scored'>;
  readonly latency?: LineLatencyOptions;
  /** left out, none */
  readonly detectors?: DetectionsOptions['detectors'];
}

/** All measures of a stream under stress, as one. */
export interface StressMeasures {
  add(event: TraceEvent): void;
  value(): StressValues;
}

/**
 * Measures what `stressReport` reports: feed it every event of a run, in order.
 *
 * @throws {RangeError} when an option is out of its range
 */
export function stressMeasures({ detectors = [], ...options }: StressMeasuresOptions = {}): StressMeasures {
  const watched = detections({ detectors });
  const scored = prequential({ ...options.prequential, scored: watched.error });
  const rest = {
    ...{ flow: lineFlow(), latency: lineLatency(options.latency), stages: stageFlow() },
    ...{ staleness: staleness(), recoveries: recoveries() },
  };
  const all = [watched, scored, ...Object.values(rest)];
  return {
    add(event) {
      for (const one of all) one.add(event);
    },
    value: () => ({
      flow: rest.flow.value(),
      latency: rest.latency.value(),
      stages: rest.stages.value(),
      staleness: rest.staleness.value(),
      recoveries: rest.recoveries.value(),
      prequential: scored.value(),
      detections: watched.value(),
    }),
  };
}
