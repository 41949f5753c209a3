import { mustBePositive } from '../core/check.ts';
import type { Graph } from '../graph/graph.ts';
import { type Bottleneck, bottleneckOf } from '../graph/limits/bottleneck.ts';
import type { OpTimes, TimedGraph, Unsteady } from '../graph/limits/timed-graph.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { learnsBackward } from '../pipeline/resolve.ts';
import { settlingOf } from '../pipeline/settles.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import { type PlannedRun, planRun } from './run.ts';

/** The machine that a pipeline is thought to run on. */
export interface LimitsOptions {
  /** what ops were measured to last; left out, what their multiply-accumulates take [stages] */
  readonly times?: readonly OpTimes[];
  /** multiply-accumulates a second of each device, where times are left out; left out, 40e9 */
  readonly macsPerSecond?: number;
  /** nanoseconds from one device's sending to the next one's receipt; left out, 0 */
  readonly latency?: number;
}

/** A pipeline cut into stages, and what limits it. */
export interface PipelineLimits {
  readonly graph: Graph;
  readonly limits: Bottleneck | Unsteady;
}

/**
 * The graph that a runtime would realise, and what limits it where ops last what was measured, or what their multiply-accumulates take. Nothing
 * is run.
 *
 * @throws {RangeError} when the pipeline's values are out of range, do not agree, or can't flow
 */
export async function limitsOfPipeline(
  pipeline: Pipeline,
  runtime: Runtime,
  { times, macsPerSecond = 40e9, latency = 0 }: LimitsOptions = {},
): Promise<PipelineLimits> {
  mustBePositive(macsPerSecond, 'macsPerSecond');
  const planned = await planRun(pipeline, runtime);
  const { schedule, microbatches, graph } = planned;
  const { flush } = planned.pipeline;
  const timed: TimedGraph = {
    graph,
    // a causal schedule, whatever published figures overlook
    schedule: { ...schedule, overlooksWraps: false },
    microbatches: schedule.updates === 'flush' ? Math.min(flush, Math.max(1, microbatches)) : microbatches,
    times: times ?? timesAt(macsPerSecond, planned),
    latency,
    window: flush,
    blocking: 'before',
    returnsInputAfter: schedule.returnsInputAfter,
    iterations: settlingOf(planned.pipeline.layers)?.learning,
  };
  return { graph, limits: bottleneckOf(timed) };
}

/** A local layer's work is half F and half W; a backward one's F, B and W, the first's no B. The F of a layer that settles is one iteration. */
function timesAt(macsPerSecond: number, { pipeline, graph, layers }: PlannedRun): OpTimes[] {
  const backward = learnsBackward(pipeline);
  const iterations = 1 + (settlingOf(pipeline.layers)?.learning ?? 0);
  return graph.stages.map(({ layers: own }) => {
    const times = { F: 0, B: 0, W: 0, U: 0 };
    for (const layer of own) {
      const all = (1e9 * layers.costs[layer] * pipeline.microbatch) / macsPerSecond;
      const parts = backward && layer > 0 ? 3 : 2;
      times.F += all / parts / iterations;
      times.W += all / parts;
      if (parts === 3) times.B += all / parts;
    }
    return times;
  });
}
