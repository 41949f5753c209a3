import type { PredictionOf } from '../../../src/core/trace.ts';
import type { DrawnOp } from '../run-svg.ts';

/** One run of an example: as much of its trace as pictures need. */
export interface WatchedRun {
  readonly schedule: string;
  /** the first microbatch, 0 where the run began from nothing */
  readonly from: number;
  readonly stages: number;
  readonly ops: (DrawnOp & { readonly loss?: number | undefined })[];
  readonly predictions: {
    readonly of: PredictionOf;
    readonly epoch: number;
    readonly rows: number;
    readonly correct: number;
  }[];
}

/** One answer of the simulator. */
export interface WatchedSimulation {
  readonly schedule: string;
  /** whether a device was slow */
  readonly slow: boolean;
  /** microbatches/s */
  readonly throughput: number;
}

export interface Watched {
  readonly runs: WatchedRun[];
  readonly simulations: WatchedSimulation[];
}

/** Names the file that is written. */
export const WATCHED_FILE = 'FORWARDFLOW_WATCHED';
