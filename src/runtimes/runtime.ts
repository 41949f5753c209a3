import type { TraceEvent } from '../core/trace.ts';
import type { Whole } from '../pipeline/pipeline.ts';
import type { StagePlan } from '../pipeline/stage-plan.ts';

/** Where the stages of a pipeline run. */
export interface Runtime {
  readonly name: string;
  /** how many stages a pipeline of so many layers is cut into; @throws {RangeError} when it can't be */
  stages(layers: number): number;
  /** what each layer costs, in any unit, by which layers are shared out; left out, their multiply-accumulates [layers] */
  readonly costs?: readonly number[] | undefined;
  /** sets the stages to work */
  launch(plans: readonly StagePlan[]): Crew;
  /**
   * carries a pipeline out by itself, instead of launching stages; resolved when all is done, or stopped where the signal
   * said so
   */
  carryOut?(pipeline: Whole, emit: (event: TraceEvent) => void, signal: AbortSignal): Promise<void>;
}

/** Stages at work. */
export interface Crew {
  /** one a stage: resolved when it has ended, whatever it reported; rejected when its thread died */
  readonly ended: readonly Promise<void>[];
  /** lets go of every thread; resolved when none is left */
  dismiss(): Promise<void>;
}
