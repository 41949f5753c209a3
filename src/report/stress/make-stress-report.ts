import type { Detection } from '../../measures/detections.ts';
import type { LineFlow } from '../../measures/line-flow.ts';
import type { LineLatency } from '../../measures/line-latency.ts';
import type { Prequential } from '../../measures/prequential.ts';
import type { Recovery } from '../../measures/recoveries.ts';
import type { StageFlow } from '../../measures/stage-flow.ts';
import type { Staleness } from '../../measures/staleness.ts';
import { detectionScores, firstToNotice, type KnownChange } from './detection-scores.ts';
import { heldBy } from './gates.ts';
import type { ProcessFigures } from './process-figures.ts';
import type { StressReport } from './stress-report.ts';

/** What the measures of a stream have measured. */
export interface StressValues {
  readonly flow: LineFlow;
  readonly latency: LineLatency;
  readonly stages: readonly StageFlow[];
  readonly staleness: readonly Staleness[];
  readonly prequential: Prequential;
  readonly detections: readonly Detection[];
  readonly recoveries: readonly Recovery[];
}

export interface StressContext {
  /** where the stream changed, by its own account; left out, nowhere */
  readonly changes?: readonly KnownChange[];
  readonly process?: ProcessFigures | undefined;
  /** as `p99<50ms`; left out, none */
  readonly gates?: readonly string[];
  readonly weightsHash: string;
}

/**
 * A report made of what was measured.
 *
 * @throws {RangeError} when a gate can't be read
 */
export function stressReport(values: StressValues, context: StressContext): StressReport {
  const { flow, latency, prequential, detections, recoveries } = values;
  const { changes = [], process, gates = [], weightsHash } = context;
  const { offered, learned, inFlight, seconds, offeredPerSecond, learnedPerSecond } = flow;
  const { latencyMs, serviceMs, predictionMs } = latency;
  const report: StressReport = {
    ...{ offered, learned, dropped: { total: flow.dropped, byReason: flow.droppedBy }, inFlight },
    ...{ seconds, offeredPerSecond, learnedPerSecond, violations: flow.violations },
    ...{ latencyMs, serviceMs, predictionMs },
    frames: { seen: latency.frames, missed: latency.framesMissed },
    stages: values.stages.map((stage, i) => ({ ...stage, staleness: values.staleness[i] })),
    ...{ prequential, detections, changes, recoveries, course: flow.course },
    detectors: detectionScores(detections, changes, prequential.samples),
    noticedFirst: firstToNotice(detections, changes),
    ...(process && { process }),
    gates: [],
    weightsHash,
  };
  return { ...report, gates: gates.map((gate) => heldBy(gate, report)) };
}
