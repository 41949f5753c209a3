import type { Place, Schedule } from '../../schedules/schedule.ts';
import type { Graph } from '../graph.ts';

/** Mean nanoseconds of each op of one stage; what its layers never do lasts 0. */
export interface OpTimes {
  readonly F: number;
  readonly B: number;
  readonly W: number;
  readonly U: number;
}

/** A graph with its schedule and with how long everything lasts: all that a steady state depends on. */
export interface TimedGraph {
  readonly graph: Graph;
  readonly schedule: Schedule;
  /** of one flush; of the whole run where the schedule doesn't flush */
  readonly microbatches: number;
  /** microbatches between two updates of a schedule that updates by windows; left out, as many as there are devices */
  readonly window?: number;
  /** iterations of layers that settle, of which each is an F; left out, they do not */
  readonly iterations?: number | undefined;
  /** of each stage  [stages] */
  readonly times: readonly OpTimes[];
  /** nanoseconds from sending to arrival: of every edge between two devices, or of each edge  [edges of the graph] */
  readonly latency?: number | readonly number[];
  /** nanoseconds that a message keeps its link busy before the latency begins; left out, none  [edges of the graph] */
  readonly sending?: readonly number[];
  /** why nothing can be said of the steady state; left out, something can */
  readonly unsteady?: string | undefined;
  /** when a stage needs room on the edge that it sends on: after it has made an activity, or before; left out, `after` */
  readonly blocking?: 'after' | 'before';
  /** the op after which a stage gives an input's room back; left out, W of layers that learn locally and F of others */
  readonly returnsInputAfter?: 'F' | 'W' | 'U';
  /** what orders that are searched for are made for, of each device; left out, even costs  [devices] */
  readonly orderCosts?: readonly Place['costs'][];
}

/** Why a graph has no steady state to speak of, in one sentence. */
export interface Unsteady {
  readonly reason: string;
}

/** Nanoseconds from sending to arrival on one edge of the graph. */
export function latencyOf({ graph, latency = 0 }: TimedGraph, edge: number): number {
  if (typeof latency !== 'number') return latency[edge];
  const { from, to } = graph.edges[edge];
  const deviceOf = (end: typeof from): number => (typeof end === 'number' ? graph.stages[end].device : -1);
  return deviceOf(from) === deviceOf(to) ? 0 : latency;
}
