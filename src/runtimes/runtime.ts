import type { TraceEvent } from '../core/trace.ts';
import type { ResolvedPipeline } from '../pipeline/resolve.ts';
import type { StagePlan } from '../threads/stage-plan.ts';

/** Where the stages of a pipeline run. */
export interface Runtime {
  readonly name: string;
  /**
   * on how many devices a pipeline runs
   *
   * @param most  devices that its layers fill: as many as layers, or where a schedule gives each several stages, fewer
   */
  stages(most: number): number;
  /** what each layer costs, in any unit, by which layers are shared out; left out, their multiply-accumulates [layers] */
  readonly costs?: readonly number[] | undefined;
  /** sets devices to work, each with one stage or more, in the order in which its schedule counts them */
  launch(devices: readonly (readonly StagePlan[])[]): Crew;
  /**
   * carries a pipeline out by itself, instead of launching stages; resolved when all is done, or stopped where the signal
   * said so
   */
  carryOut?(
    pipeline: ResolvedPipeline,
    emit: (event: TraceEvent) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

/** Devices at work. */
export interface Crew {
  /** one a device: resolved when it has ended, whatever it reported; rejected when its thread died */
  readonly ended: readonly Promise<void>[];
  /** lets go of every thread; resolved when none is left */
  dismiss(): Promise<void>;
}
