import type { Plan } from '../core/plan.ts';
import type { Random } from '../core/random.ts';
import type { LossReason } from '../core/trace.ts';

/** What happens at a queue that is full when one more microbatch comes. */
export interface Overflow {
  readonly name: string;
  /** whether what comes waits outside: nothing is lost, and what is learned does not depend on timing */
  readonly lossless: boolean;
  /** why what it drops is lost; a lossless one drops nothing */
  readonly reason?: LossReason;
  /**
   * Which one of a full queue goes: its place, 0 the oldest; `room` for the one that comes. Left out, all wait.
   *
   * @param room    microbatches that wait, all that may
   * @param random  the queue's stream
   */
  victim?(room: number, random: Random): number;
  /** nanoseconds after its last sample was to come that a microbatch may wait; left out, for ever */
  readonly patience?: number;
  /** what a stage's thread makes it from; left out, it stands in front of the pipeline only */
  readonly plan?: OverflowPlan;
}

/** A plan for an overflow: its module exports `create(options): Overflow`. */
export type OverflowPlan = Plan<Overflow>;
