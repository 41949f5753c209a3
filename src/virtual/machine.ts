import type { TraceEvent } from '../core/trace.ts';
import { constant } from '../distributions/constant.ts';
import { dropsOf } from '../graph/graph.ts';
import { learnsBackward } from '../pipeline/resolve.ts';
import { settlingOf } from '../pipeline/settles.ts';
import type { Schedule } from '../schedules/schedule.ts';
import {
  type ResolvedScenario,
  resolveScenario,
  type Scenario,
  type StageCosts,
} from '../simulation/scenario.ts';
import type { Assembly } from '../work/assembly.ts';
import { settlingFrames } from './settling-frames.ts';

/** What the simulated machine is like; the pipeline says the rest. */
export interface Machine
  extends Pick<Scenario, 'jitter' | 'slow' | 'pauses' | 'failures' | 'link' | 'blocking'> {
  /** of each device; left out, what its layers' multiply-accumulates take at `macsPerSecond` */
  readonly costs?: Scenario['costs'];
  /** multiply-accumulates a second of each device, where costs are left out */
  readonly macsPerSecond: number;
}

/** microbatches of a run without an end: more than any simulation comes to */
const endless = 1e9;

/** The scenario that a pipeline is on a simulated machine. */
export function scenarioOf(assembly: Assembly, machine: Machine): ResolvedScenario {
  const { pipeline, graph, microbatches, from } = assembly;
  const { macsPerSecond, costs, blocking = 'before', ...rest } = machine;
  // a causal schedule, whatever published figures overlook
  const schedule = { ...assembly.schedule, overlooksWraps: false };
  const { count: frames = 1 } = settlingFrames(assembly) ?? {};
  const left = Math.min(endless, frames * (microbatches - (from?.microbatch ?? 0)));
  const topDown = graph.edges.flatMap(({ to, carries, delay }) =>
    carries === 'top-down' && typeof to === 'number' ? [{ to, delay }] : [],
  );
  return resolveScenario({
    ...{ schedule, devices: graph.devices, ...flushesOf(schedule, pipeline.flush, left) },
    costs: costs ?? costsAt(macsPerSecond, assembly),
    // where layers settle neither neighbour can be more than one iteration ahead
    capacity: learnsBackward(pipeline) || frames > 1 ? Number.POSITIVE_INFINITY : pipeline.capacity,
    ...{ seed: pipeline.seed, blocking, ...rest },
    ...(topDown.length > 0 && { topDown }),
  });
}

/** The first event of a run on a simulated machine, but for what multiplies there. */
export function startOf({
  graph,
  from,
  why,
}: Assembly): Omit<TraceEvent & { kind: 'start' }, 'tile' | 'kernels'> {
  const { devices, stages } = graph;
  return {
    ...{ kind: 'start', stages: stages.length, start: 0 },
    ...(devices < stages.length && { devices }),
    ...(from && { from: from.microbatch }),
    ...(why !== undefined && { why }),
    ...dropsOf(graph),
  };
}

function flushesOf(schedule: Schedule, flush: number, microbatches: number) {
  // nothing is run where there is nothing to learn, but the scenario must suit its schedule
  if (microbatches === 0) return { microbatches: flush, flushes: 1 };
  if (schedule.updates !== 'flush') return { microbatches, flushes: 1, window: flush };
  const flushes = Math.ceil(microbatches / flush);
  const lastFlush = microbatches - (flushes - 1) * flush;
  return flushes === 1 ? { microbatches, flushes } : { microbatches: flush, flushes, lastFlush };
}

/**
 * What each device's layers take: a local layer's work is half F and half W; a backward one's F, B and W, the first's no B. The
 * F of a layer that settles is one iteration.
 *
 * @returns  whole nanoseconds of an op [devices]
 */
export function costsAt(macsPerSecond: number, { pipeline, graph, layers }: Assembly): StageCosts[] {
  const backward = learnsBackward(pipeline);
  const iterations = 1 + (settlingOf(pipeline.layers)?.learning ?? 0);
  const sums = Array.from({ length: graph.devices }, () => ({ F: 0, B: 0, W: 0 }));
  for (const { device, layers: indices } of graph.stages) {
    for (const index of indices) {
      const sum = sums[device];
      const all = (1e9 * layers.costs[index] * pipeline.microbatch) / macsPerSecond;
      const parts = backward && index > 0 ? 3 : 2;
      sum.F += all / parts / iterations;
      sum.W += all / parts;
      if (parts === 3) sum.B += all / parts;
    }
  }
  const whole = (time: number) => constant(Math.round(time));
  return sums.map(({ F, B, W }) => ({ F: whole(F), W: whole(W), ...(backward && { B: whole(B) }) }));
}
