import { Observable } from 'rxjs';
import { must, mustBeWhole } from '../core/check.ts';
import { make } from '../core/plan.ts';
import type { TraceEvent } from '../core/trace.ts';
import { countMatters, devicesFilled, wayOf } from '../graph/layout.ts';
import { mustDrop } from '../graph/must-drop.ts';
import { mustLearn, mustMeetAll } from '../graph/must-learn.ts';
import { mustSettle } from '../graph/must-settle.ts';
import { graphOf } from '../graph/of-pipeline.ts';
import { shapesOf } from '../graph/shapes.ts';
import { fastestKernels } from '../kernels/fastest.ts';
import { microbatchesOf } from '../pipeline/length.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { learnsBackward, type ResolvedPipeline, resolve } from '../pipeline/resolve.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { Assembly } from '../work/assembly.ts';
import type { Checkpoint } from '../work/checkpoints/checkpoint.ts';
import type { Controls } from '../work/controls/controls.ts';
import type { MachineFault, Supervision } from '../work/faults/fault.ts';
import { mustWithstand } from '../work/faults/must-withstand.ts';

export interface RunOptions {
  /** aborted, it ends the run early and in good order: nothing more is sent in, what is inside is finished */
  readonly signal?: AbortSignal | undefined;
  /**
   * microbatches between two checkpoints, which the trace has as events of that kind; Infinity: one at the end of a run that
   * is stopped early; left out, none are taken
   */
  readonly checkpointEvery?: number | undefined;
  /** goes on from here, to the weights of the run that was not interrupted */
  readonly from?: Checkpoint | undefined;
  /** whether predictions are told with the scores of every class; left out, they are not */
  readonly withScores?: boolean | undefined;
  /**
   * of every so many microbatches that are learned from, one whose rows are counted by their goodness, layer by layer, from the
   * first on; ≥ 1; left out, none are
   */
  readonly goodnessEvery?: number | undefined;
  /** how a device that dies is restarted, on worker threads; left out, its end is the end of the run */
  readonly supervision?: Supervision | undefined;
  /** what is broken on purpose; left out, nothing */
  readonly faults?: readonly MachineFault[] | undefined;
  /** steer the run while it goes on, on real threads; left out, nothing does */
  readonly controls?: Controls | undefined;
}

/**
 * Runs a pipeline: the Observable starts it when subscribed, emits its trace, completes when the last stage is done, and
 * stops it at once when unsubscribed. It errors with a `StageError` that names the stage, the microbatch and the reason.
 *
 * @throws {RangeError} when the pipeline's values are out of range or do not agree; emitted as an error, like all others
 */
export function run(pipeline: Pipeline, runtime: Runtime, options: RunOptions = {}): Observable<TraceEvent> {
  return new Observable((subscriber) => {
    const halt = new AbortController();
    const stop = options.signal ?? new AbortController().signal;
    const emit = (event: TraceEvent): void => subscriber.next(event);
    const begin = async (): Promise<void> => {
      const planned = await planRun(pipeline, runtime, options);
      if (!halt.signal.aborted) await runtime.realise({ ...planned, emit, stop, halt: halt.signal });
    };
    begin().then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
    return () => halt.abort();
  });
}

/** What a pipeline becomes before anything is started: its graph, and what its stages are made from. */
export type PlannedRun = Omit<Assembly, 'emit' | 'stop' | 'halt'>;

/** @throws {RangeError} when the pipeline's values are out of range, do not agree, or can't flow */
export async function planRun(
  pipeline: Pipeline,
  runtime: Runtime,
  { checkpointEvery, from, withScores, goodnessEvery, supervision, faults, controls }: RunOptions = {},
): Promise<PlannedRun> {
  const steerable = controls === undefined || runtime.steers === true;
  must(steerable, 'controls', `left out with runtime '${runtime.name}'`, 'controls');
  if (goodnessEvery !== undefined) mustBeWhole(goodnessEvery, 'goodnessEvery', 1, 'microbatches');
  const resolved = resolve(pipeline, pipeline.kernels ?? fastestKernels().plan);
  const schedule = await make<Schedule>(resolved.schedule);
  const layers = await shapesOf(resolved);
  const microbatches = microbatchesOf(resolved);
  const { count: devices, why } = runtime.devices({
    layers: layers.costs.length,
    most: devicesFilled(schedule, layers.costs.length),
    countMatters: countMatters(schedule),
  });
  mustBeWhole(devices, 'workers', 1);
  must(
    devices <= layers.costs.length,
    'workers',
    `at most ${layers.costs.length}, the number of layers`,
    devices,
  );
  const rule = learnsBackward(resolved) ? 'backward' : 'locally';
  mustLearn(schedule, rule, { devices, microbatches, flush: resolved.flush });
  mustMeetAll(schedule, resolved.layers);
  mustCheckpoint(resolved, schedule, microbatches, { checkpointEvery, from });
  const stages = wayOf(schedule, devices, resolved.flush, layers.costs.length).length;
  const checkpoints = checkpointEvery !== undefined || from !== undefined;
  mustDrop(resolved, schedule, { stages, checkpoints, supervised: supervision !== undefined });
  mustSettle(resolved, schedule, { supervised: supervision !== undefined, faults: faults?.length ?? 0 });
  mustWithstand({
    ...{ supervision, faults: faults ?? [], stages },
    ...{ runtime: runtime.name, restarts: runtime.restarts ?? false, strikes: runtime.strikes ?? [] },
    ...{ schedule: schedule.name, stashes: countMatters(schedule) },
  });
  const { costs } = runtime;
  const graph = graphOf(resolved, schedule, layers, { devices, microbatches, costs });
  return {
    pipeline: resolved,
    schedule,
    layers,
    microbatches,
    graph,
    checkpointEvery,
    from,
    why,
    withScores,
    goodnessEvery,
    supervision,
    faults,
    controls,
  };
}

function mustCheckpoint(
  { flush }: ResolvedPipeline,
  schedule: Schedule,
  microbatches: number,
  { checkpointEvery, from }: RunOptions,
): void {
  if (checkpointEvery === undefined && from === undefined) return;
  must(
    !countMatters(schedule),
    'schedule of a run with checkpoints',
    'one whose weights do not change while microbatches are under way',
    schedule.name,
  );
  if (checkpointEvery !== undefined && checkpointEvery !== Number.POSITIVE_INFINITY)
    mustBeWhole(checkpointEvery, 'checkpointEvery', 1, 'microbatches');
  if (from === undefined) return;
  const { microbatch } = from;
  mustBeWhole(microbatch, 'microbatch of the checkpoint', 0);
  must(
    microbatch <= microbatches,
    'microbatch of the checkpoint',
    `at most ${microbatches}, those of the run`,
    microbatch,
  );
  const between = microbatch % flush !== 0 && microbatch !== microbatches;
  must(!between, 'microbatch of the checkpoint', `a multiple of ${flush}, the flush`, microbatch);
}
