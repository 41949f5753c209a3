import type { Detection } from '../../measures/detections.ts';
import type { LineFlow } from '../../measures/line-flow.ts';
import type { Times } from '../../measures/parts/time-histogram.ts';
import type { Prequential } from '../../measures/prequential.ts';
import type { Recovery } from '../../measures/recoveries.ts';
import type { StageFlow } from '../../measures/stage-flow.ts';
import type { Staleness } from '../../measures/staleness.ts';
import type { DetectionScore, KnownChange } from './detection-scores.ts';
import type { ProcessFigures } from './process-figures.ts';

/** Everything that a stream under stress is judged by. */
export interface StressReport {
  readonly offered: number;
  readonly learned: number;
  readonly dropped: { readonly total: number; readonly byReason: Readonly<Record<string, number>> };
  /** offered and neither learned from nor dropped, at the end */
  readonly inFlight: number;
  readonly seconds: number;
  readonly offeredPerSecond: number;
  readonly learnedPerSecond: number;
  /** where the books did not balance; empty, as it should be */
  readonly violations: readonly string[];
  readonly latencyMs: Times;
  readonly serviceMs: Times;
  readonly predictionMs: Times;
  readonly frames: { readonly seen: number; readonly missed: number };
  readonly stages: readonly (StageFlow & { readonly staleness: Staleness })[];
  readonly prequential: Prequential;
  readonly detections: readonly Detection[];
  readonly changes: readonly KnownChange[];
  readonly detectors: readonly DetectionScore[];
  /** of each change, the layer that noticed it first */
  readonly noticedFirst: readonly (Detection | undefined)[];
  readonly recoveries: readonly Recovery[];
  readonly course: LineFlow['course'];
  /** of this process; left out in virtual time */
  readonly process?: ProcessFigures | undefined;
  readonly gates: readonly GateResult[];
  readonly weightsHash: string;
}

/** Whether a report holds a gate. */
export interface GateResult {
  /** as it was given */
  readonly gate: string;
  /** what was measured, in the unit of its figure: milliseconds, samples, seconds or a share */
  readonly value: number;
  readonly held: boolean;
}
