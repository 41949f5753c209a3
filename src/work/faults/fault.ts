/** When a fault strikes: so many nanoseconds after the start, or as its stage is about to begin F of a microbatch to learn from. */
export type Moment =
  | { readonly time: number }
  /** counted from the pipeline's first, over all runs of it */
  | { readonly microbatch: number };

/** Something to break, once. */
export type Fault = MachineFault | DataFault;

/** A fault of the machine. Where every edge is lossless and stages are supervised, none changes what is learned. */
export type MachineFault = {
  readonly at: Moment;
} & (
  | {
      /** the stage's thread dies, in the middle of whatever it does */
      readonly fault: 'kill';
      readonly stage: number;
    }
  | {
      /** the stage's thread stands still */
      readonly fault: 'pause';
      readonly stage: number;
      /** nanoseconds */
      readonly lasts: number;
    }
  | {
      /** each op of the stage takes so many times as long */
      readonly fault: 'slow';
      readonly stage: number;
      /** above 1 */
      readonly times: number;
      /** nanoseconds */
      readonly lasts: number;
    }
  | {
      /** on the edge into the stage the next microbatch is lost, comes twice, or has a bit turned over */
      readonly fault: 'drop-slot' | 'duplicate-slot' | 'corrupt-slot';
      readonly stage: number;
    }
  | {
      /** the clock by which arrivals come jumps */
      readonly fault: 'clock-jump';
      /** nanoseconds, negative: back */
      readonly by: number;
    }
  | {
      /** nothing can be written to disk */
      readonly fault: 'full-disk';
      /** nanoseconds */
      readonly lasts: number;
    }
);

/** A fault of the data: a part of the stream, the same in every run. */
export interface DataFault {
  /** the sample gets a feature that is not finite, a label that is no class, or another label than its own */
  readonly fault: 'not-finite' | 'no-such-class' | 'poisoned-label';
  /** index in the stream */
  readonly sample: number;
}

export function isDataFault(fault: Fault): fault is DataFault {
  return 'sample' in fault;
}

/** How stages that die are restarted. */
export interface Supervision {
  /** microbatches learned from between two checkpoints of a stage, ≥ 1; left out, 50 */
  readonly checkpointEvery?: number;
  /** restarts of one device that are allowed within `within`, ≥ 0: one more ends the run; left out, 3 */
  readonly restarts?: number;
  /** nanoseconds; left out, 60 s */
  readonly within?: number;
  /** whether what lies on edges is compared with a checksum, and mended from a copy; left out, false */
  readonly verify?: boolean;
}
