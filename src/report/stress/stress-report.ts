import type { Detection } from '../../measures/detections.ts';
import type { LineFlow } from '../../measures/line-flow.ts';
import type { Percentiles } from '../../measures/line-latency.ts';
import type { Recovery } from '../../measures/recoveries.ts';
import type { StageWaiting } from '../../measures/waiting.ts';
import type { RunReport } from '../run-report.ts';

/** A slope with the interval that holds the true one with a probability of 95 %, where one can be given. */
export interface SlopeEstimate {
  readonly perSecond: number;
  readonly ci95: readonly [low: number, high: number] | null;
}

/** What one stage did in a stressed stream. */
export interface StressedStage extends StageWaiting {
  /** busy share of the time from the first arrival to the last update */
  readonly utilisation: number;
  readonly starved: number;
  readonly blocked: number;
}

/** How well the detections meet the changes of the stream, per detector and what it watches. */
export interface DetectionScore {
  readonly detector: string;
  readonly on: string;
  /** samples from each change to the first detection behind it; null: missed */
  readonly delays: readonly (number | null)[];
  readonly falseAlarmsPer1000: number;
}

/** How good predictions were, each made before its sample was learned from. Shares; NaN is never given. */
export interface PrequentialReport {
  readonly accuracy: number;
  /** over the last 1,000 */
  readonly windowed: number;
  readonly fading: number;
  readonly kappa: number;
  /** against always the commonest class so far */
  readonly kappaM: number;
  /** against the class of the sample before */
  readonly kappaT: number;
  readonly samples: number;
}

/** A gate, what the figure was, and whether it held. */
export interface GateOutcome {
  readonly gate: string;
  /** null: not measured, and the gate does not hold */
  readonly value: number | null;
  readonly held: boolean;
}

/** What a stream under stress came to. Times in milliseconds count from the intended time of each sample. */
export interface StressReport {
  readonly rule: string;
  readonly schedule: string;
  readonly runtime: string;
  readonly source: string;
  readonly seed: number;
  /** samples that came, were learned from by every stage, were dropped, and are waiting or inside */
  readonly offered: number;
  readonly learned: number;
  readonly dropped: LineFlow['dropped'];
  readonly inFlight: number;
  /**
   * edges between stages that may lose something, by the stage that each leads into, and the samples that it has lost; where there
   * are any, what is learned depends on timing
   */
  readonly edges?: readonly {
    readonly into: number;
    readonly overflow: string;
    readonly dropped: number;
  }[];
  /** tallies at which these added up, and in words those at which they did not */
  readonly tallies: { readonly held: number; readonly violations: readonly string[] };
  readonly seconds: number;
  readonly offeredPerSecond: number;
  readonly learnedPerSecond: number;
  readonly latencyMs: Percentiles;
  readonly serviceMs: Percentiles;
  readonly predictionMs: Percentiles;
  /** share of the samples that W learned from, where a selection leaves some out */
  readonly kept?: RunReport['kept'];
  readonly stages: readonly StressedStage[];
  /** null where nothing was predicted */
  readonly prequential: PrequentialReport | null;
  /** accuracy over time, in equal parts of the stream: [sample, accuracy] */
  readonly curve: readonly (readonly [number, number])[];
  /** where the stream changes, by its own account */
  readonly changes: readonly { readonly from: number; readonly to: number; readonly what: string }[];
  readonly detections: readonly Detection[];
  readonly scores: readonly DetectionScore[];
  readonly recoveries: readonly Recovery[];
  readonly restarts: number;
  readonly checkpoints?: { readonly written: number; readonly failed: number; readonly reason?: string };
  /** frames whose prediction came later than a frame lasts, where the stream has a frame rate */
  readonly frames?: { readonly perSecond: number; readonly missed: number; readonly share: number };
  /** of the process; left out in virtual time */
  readonly memory?: {
    readonly peakBytes: number;
    /** bytes of resident memory that each second adds */
    readonly slope: SlopeEstimate;
  };
  /** milliseconds by which the main thread's event loop was late */
  readonly eventLoopMs?: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly gates: readonly GateOutcome[];
  readonly weightsHash: string | null;
  readonly interrupted: boolean;
  /** whether its controls were moved while it went on */
  readonly steered?: boolean;
}
