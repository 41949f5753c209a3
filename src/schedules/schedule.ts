import type { Plan } from '../core/plan.ts';
import type { OpKind } from '../core/trace.ts';

/** The microbatch for which each kind of op could run now; the oldest where there are several. */
export type Ready = { readonly [op in OpKind]?: number | undefined };

/** A policy: what a stage does next. */
export interface Schedule {
  readonly name: string;
  /** the rules whose layers it keeps in step: no gradient meets weights newer than those that made the activity */
  readonly serves: readonly ('locally' | 'backward')[];
  /** microbatches that may be inside the pipeline at the same time; Infinity: as many as the links hold */
  readonly inFlight: number;
  /** the op after which a stage gives its input back to the sender */
  readonly returnsInputAfter: 'W' | 'U';
  /** the op after which a stage sends the gradient down */
  readonly sendsGradientAfter: 'B' | 'W';
  /** the op to run, one of those ready; undefined: wait */
  next(ready: Ready): OpKind | undefined;
}

/** A plan for a schedule: its module exports `create(options): Schedule`. */
export type SchedulePlan = Plan<Schedule>;
