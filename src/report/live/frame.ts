// What a running command tells its live page, as plain JSON.

/** Where a stage's time went since the frame before: shares that sum to 1, or all 0 where nothing was told. */
export interface LiveStage {
  readonly busy: number;
  readonly starved: number;
  readonly blocked: number;
}

/** An op that has ended: enough of it for a moving picture. */
export interface LiveOp {
  readonly op: 'F' | 'B' | 'W' | 'U';
  readonly stage: number;
  readonly microbatch: number;
  readonly learns: boolean;
}

/** Goodness of a layer's positives and negatives, mean of the last microbatches, where it compares them. */
export interface LiveLayer {
  readonly layer: number;
  readonly positiveGoodness?: number;
  readonly negativeGoodness?: number;
  readonly accuracy?: number;
  readonly loss?: number;
}

/** Microbatches that lie on an edge, and as many as were planned. */
export interface LiveEdge {
  readonly from: number | 'source';
  readonly to: number | 'sink';
  readonly lying: number;
  readonly capacity: number;
}

/** One point of the curves. */
export interface LivePoint {
  /** since the run began */
  readonly seconds: number;
  /** learned from by every stage */
  readonly samples: number;
  readonly samplesPerSecond: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  /** running accuracy, 0 … 1; null while it is not known */
  readonly accuracy: number | null;
  readonly layers: readonly LiveLayer[];
}

/** One look at a run that goes on. */
export interface LiveFrame extends LivePoint {
  /** which network of the command */
  readonly title: string;
  readonly stages: readonly LiveStage[];
  readonly edges: readonly LiveEdge[];
  /** some of the ops since the frame before, in the order of their ends */
  readonly ops: readonly LiveOp[];
  /** ops since the frame before */
  readonly opsInAll: number;
}

/** What the controls stand at. */
export interface LiveControls {
  readonly paused: boolean;
  readonly capacity?: number | undefined;
  readonly perSecond?: number | undefined;
  readonly noise: number;
  /** whether anything was moved */
  readonly touched: boolean;
}

/** A network begins to be trained. */
export interface LiveBegin {
  readonly title: string;
  readonly rule: string;
  /** samples to learn from in all; null where the stream does not end by itself */
  readonly total: number | null;
  /** whether the controls act on it */
  readonly steers: boolean;
  /** samples a second of an open line, as planned */
  readonly perSecond?: number | undefined;
}

/** How a command ended. */
export interface LiveEnd {
  /** its JSON document; null where it had none */
  readonly summary: unknown;
  readonly exitCode: number | null;
  /** its last words on standard error, where it failed */
  readonly complaint?: string;
}

/** One message of the stream of events, by its type. */
export type LiveMessage =
  | { readonly type: 'begin'; readonly begin: LiveBegin }
  | { readonly type: 'frame'; readonly frame: LiveFrame }
  | { readonly type: 'controls'; readonly controls: LiveControls }
  | { readonly type: 'end'; readonly end: LiveEnd };

/** A network so far, for a reader who comes late. */
export interface LiveSoFar {
  readonly begin: LiveBegin;
  /** its curves, thinned out */
  readonly points: readonly LivePoint[];
  readonly last: LiveFrame | null;
}

/** What a reader is told first. */
export interface LiveSnapshot {
  /** the command that is watched, without the program; null where only past runs are shown */
  readonly command: readonly string[] | null;
  /** folder of the past run that was asked for */
  readonly asked: string | null;
  readonly networks: readonly LiveSoFar[];
  readonly controls: LiveControls | null;
  readonly end: LiveEnd | null;
}

/** A run of before, as the list shows it. */
export interface PastRun {
  readonly folder: string;
  readonly name: string | null;
  readonly command: string;
  readonly state: string;
  /** as ISO 8601 */
  readonly begun: string;
  /** one a rule: its name and its accuracy, 0 … 1, or null */
  readonly figures: readonly {
    readonly rule: string;
    readonly accuracy: number | null;
    readonly samplesPerSecond: number | null;
  }[];
}

/** The curves of a past run: those of each network. */
export interface PastCurves {
  readonly title: string;
  readonly points: readonly LivePoint[];
}
