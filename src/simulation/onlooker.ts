import type { OpKind } from '../core/trace.ts';

/** Who looks on. Stages are numbered along the schedule's paths, microbatches of each path from 0; times are nanoseconds. */
export interface Onlooker {
  /** an op begins: its input is there, and nothing else runs on the device until it ends */
  begins?(op: OpKind, stage: number, microbatch: number): void;
  ended?(op: EndedOp): void;
  /**
   * a message leaves one stage for another; the n-th of a kind that a stage sends is of its n-th microbatch. Told just before
   * the end of the op that made it, or later where it waited for credit
   */
  sent?(from: number, to: number, kind: MessageKind, sent: number, arrives: number): void;
  /** `why` is STARVED, BLOCKED or COMMUNICATING */
  waited?(device: number, why: number, start: number, end: number): void;
  /** a microbatch comes in from outside */
  entered?(path: number, microbatch: number, at: number): void;
  /** the oldest inside has been learned from in the stage that it leaves last */
  left?(path: number, entered: number, at: number): void;
  /** it found no room */
  lost?(path: number, at: number): void;
}

/** what goes up, and what comes down */
export type MessageKind = 'activity' | 'gradient';

export interface EndedOp {
  readonly op: OpKind;
  readonly stage: number;
  readonly device: number;
  readonly microbatch: number;
  readonly start: number;
  readonly end: number;
  /** updates behind the weights that it read, and behind them after it */
  readonly read: number;
  readonly written: number;
}

/** An edge that loses something rather than keep its sender waiting: what waits in front of it. */
export interface LossyEdge {
  /** microbatches */
  readonly waiting: number;
  /** One more was made; if that is one too many, one is lost. */
  made(): void;
  /** What has waited too long is lost. */
  expire(): void;
  /** The oldest goes on. */
  sent(): void;
}

/** What a simulation does not decide by itself. */
export interface Outside {
  /** where microbatches come from; left out, there is always one more, or they come by the scenario's arrivals */
  readonly source?: Supply | undefined;
  /** edges that lose something, by the stage that each leads into; left out, there are none */
  readonly lossy?: ReadonlyMap<number, LossyEdge> | undefined;
  /**
   * the share of its microbatch that the B or W which a stage begins is of, 0 to 1: it takes so much of its time; left out, the
   * scenario says it
   */
  readonly kept?: ((stage: number) => number) | undefined;
  /** of a pipeline that settles: ops that do nothing; on each edge between stages lies one message when it begins. Left out, none */
  readonly frames?: { idle(stage: number, op: OpKind, n: number): boolean } | undefined;
}

/** Where the microbatches of a simulation come from, where there is not always one more. */
export interface Supply {
  /** when the next one can be taken, in nanoseconds: 0 at once, Infinity where none will come */
  readonly readyAt: number;
  /** whether no more will come */
  readonly ended: boolean;
}
