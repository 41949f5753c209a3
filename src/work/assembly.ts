import type { TraceEvent } from '../core/trace.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { Controls } from './controls/controls.ts';
import type { MachineFault, Supervision } from './faults/fault.ts';
import type { PlanSources } from './stage-plan.ts';

/** All that a runtime needs to realise a graph: the graph, what its stages are made from, and whom it tells. */
export interface Assembly extends PlanSources {
  readonly schedule: Schedule;
  /** takes the trace, in order */
  readonly emit: (event: TraceEvent) => void;
  /** aborted: nothing more is sent in, what is inside is finished */
  readonly stop: AbortSignal;
  /** aborted: stop at once, what is inside is dropped */
  readonly halt: AbortSignal;
  /** whether predictions are told with the scores of every class */
  readonly withScores?: boolean | undefined;
  /** how a device that dies is restarted; left out, its end is the end of the run */
  readonly supervision?: Supervision | undefined;
  /** what is broken on purpose */
  readonly faults?: readonly MachineFault[] | undefined;
  /** what the run is steered by while it goes on; left out, nothing */
  readonly controls?: Controls | undefined;
  /** why there are so many devices, in words, where nobody asked for them */
  readonly why?: string | undefined;
}
