/** What a row of a timeline is doing: an op that learns, a prediction (P), or a wait. */
export const kinds = ['F', 'B', 'W', 'U', 'P', 'starved', 'blocked', 'communicating'] as const;
export type SliceKind = (typeof kinds)[number];
/** kinds before it are ops */
export const firstWait = 5;

/** A stretch of a row. Times are whole nanoseconds from the run's time 0. */
export interface Slice {
  readonly row: number;
  /** index into `kinds` */
  readonly kind: number;
  /** −1 of a wait */
  readonly stage: number;
  readonly microbatch: number;
  readonly start: number;
  readonly end: number;
}

/** A run as rows of slices, small enough for a page: what the drawing draws, at any zoom. */
export interface Timeline {
  readonly title: string;
  /** what a row is */
  readonly each: 'stage' | 'device';
  /** rows that are drawn, and rows that there are */
  readonly rows: number;
  readonly allRows: number;
  /** nanoseconds */
  readonly end: number;
  /** where its picture ends, of runs on one scale that of the longest; left out, `end` */
  readonly until?: number;
  /** slices of the trace; those that are here one by one are all in `exact`, and the extremes of each bin [in the order of their starts] */
  readonly count: number;
  readonly slices: readonly Slice[];
  /** stretches of time of which every slice is here */
  readonly exact: readonly (readonly [from: number, to: number])[];
  /** nanoseconds of a bin, and the time that each kind took, row by row [rows][bins × kinds] */
  readonly width: number;
  readonly taken: readonly ArrayLike<number>[];
  /** ops of the cycle that limits the run, and its name */
  readonly marked?: {
    readonly ops: readonly (readonly [stage: number, kind: number])[];
    readonly name: string;
  };
  /** whether each F that learns takes positive rows and negative ones */
  readonly pairs?: boolean;
}
