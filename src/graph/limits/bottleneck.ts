import { type Graph, nameOfEdge } from '../graph.ts';
import { type Cycle, maximumCycleRatio, nextCycle } from './cycle-ratio.ts';
import { eventGraphOf } from './event-graph.ts';
import {
  BANDWIDTH,
  CAPACITY,
  chunksOf,
  DELAY,
  type EventGraph,
  IN_FLIGHT,
  LATENCY,
  opKinds,
} from './events.ts';
import { settlingEventsOf } from './settling-events.ts';
import { steadyOrders } from './steady-order.ts';
import type { TimedGraph, Unsteady } from './timed-graph.ts';

/** A cycle of ops, latencies and room that none of its microbatches can go round faster. */
export interface Limit {
  /** `stage 2 F`, `stage 2 F ×8` where a period has more than one, `capacity 2 of edge 1→2`, `latency of edge 1→2` */
  readonly cycle: readonly string[];
  /** a microbatch, in the steady state */
  readonly seconds: number;
}

/** What limits a pipeline in the steady state, by the mean times of its ops. */
export interface Bottleneck {
  /** seconds a microbatch: those of the bottleneck */
  readonly periodSeconds: number;
  readonly bottleneck: Limit;
  /** the slowest cycle of another name; null where there is none, or where it would take too long to find */
  readonly next: Limit | null;
}

export interface BottleneckOptions {
  /** ops of one period that are looked at, at most; left out, 500,000 */
  readonly opsAtMost?: number;
  /** edges that are looked at to find the next cycle, at most; left out, 20 million */
  readonly effort?: number;
}

/**
 * The steady-state period of a pipeline, and the cycle that it is of: the maximum cycle ratio of its event graph.
 *
 * @returns  the reason where there is no steady state, or one that takes too long to look at
 * @throws {RangeError} when a cycle lacks delay or capacity, with the cycle
 */
export function bottleneckOf(
  timed: TimedGraph,
  { opsAtMost = 500_000, effort = 2e7 }: BottleneckOptions = {},
): Bottleneck | Unsteady {
  const graph = steadyGraphOf(timed, opsAtMost);
  if ('reason' in graph) return graph;
  const found = maximumCycleRatio(graph);
  if (found === undefined) return { reason: 'the pipeline has no op' };
  const limit = ({ ratio, edges }: Cycle): Limit => ({
    cycle: namesOf(graph, timed.graph, edges),
    seconds: ratio / graph.microbatches / 1e9,
  });
  const bottleneck = limit(found);
  const name = bottleneck.cycle.join();
  const alike = (other: Cycle): boolean => limit(other).cycle.join() === name;
  const next = found.edges.length * graph.from.length <= effort ? nextCycle(graph, found, alike) : undefined;
  return { periodSeconds: bottleneck.seconds, bottleneck, next: next ? limit(next) : null };
}

/**
 * The event graph of the steady state.
 *
 * @throws {RangeError} when a cycle lacks delay or capacity, with the cycle
 */
export function steadyGraphOf(timed: TimedGraph, opsAtMost: number): EventGraph | Unsteady {
  const { graph, schedule, microbatches, unsteady } = timed;
  if (unsteady !== undefined) return { reason: unsteady };
  if (timed.iterations !== undefined) return settlingEventsOf(timed, timed.iterations);
  const many = {
    reason: `one period of schedule ${schedule.name} has more than ${opsAtMost.toLocaleString('en-US')} ops, too many to look for its bottleneck`,
  };
  const local = schedule.serves.includes('locally');
  const perMicrobatch = (local ? 2 : 3) * graph.stages.length;
  if (schedule.updates === 'flush' && perMicrobatch * microbatches > opsAtMost) return many;
  if (schedule.inFlight !== Number.POSITIVE_INFINITY && schedule.updates !== 'microbatch')
    return {
      reason: `schedule ${schedule.name} bounds what is in flight without an update for every microbatch`,
    };
  const orders = steadyOrders(
    timed,
    chunksOf(graph).map(({ length }) => length),
  );
  if ('reason' in orders) return orders;
  if (orders.reduce((sum, { steps }) => sum + steps.length, 0) > opsAtMost) return many;
  const events = eventGraphOf(timed, orders);
  const stuck = maximumCycleRatio({ ...events, weight: events.weight.map(() => 0) });
  if (stuck?.ratio === Number.POSITIVE_INFINITY) throw stuckError(events, graph, stuck);
  return events;
}

function stuckError(events: EventGraph, graph: Graph, { edges }: Cycle): RangeError {
  const { from, op, means, about } = events;
  const visits = edges.flatMap((edge): { stage: number; op?: number }[] => {
    const node = op[from[edge]];
    const own = node < 0 ? [] : [{ stage: node >> 2, op: node & 3 }];
    // room comes back from the receiver to the sender
    const back = means[edge] & CAPACITY ? [{ stage: Number(graph.edges[about[edge]].from) }] : [];
    return [...own, ...back];
  });
  const alone = new Set(visits.map(({ stage }) => stage)).size === 1;
  const names = visits.map(({ stage, op: kind }) => `stage ${stage}${alone ? ` ${opKinds[kind ?? 0]}` : ''}`);
  const lowest = names.indexOf([...names].sort()[0]);
  const turned = [...names.slice(lowest), ...names.slice(0, lowest)];
  const changes = turned.filter((name, i) => i === 0 || name !== turned[i - 1]);
  if (changes.length === 1 || changes.at(-1) !== changes[0]) changes.push(changes[0]);
  return new RangeError(`every cycle of the graph must have a delay or capacity; got ${changes.join(' → ')}`);
}

/** What a cycle is made of: its ops by stage, then what else it goes through. */
function namesOf(events: EventGraph, graph: Graph, edges: readonly number[]): string[] {
  const { op, from, weight, means, about } = events;
  const ops = new Map<number, number>();
  const others = new Set<string>();
  const timed = edges.some((edge) => op[from[edge]] >= 0 && weight[edge] > 0);
  for (const edge of edges) {
    const node = op[from[edge]];
    const latency = (means[edge] & LATENCY) !== 0;
    if (node >= 0 && (!timed || weight[edge] > 0)) ops.set(node, (ops.get(node) ?? 0) + 1);
    const [of, name] =
      about[edge] < 0 ? [undefined, ''] : [graph.edges[about[edge]], nameOfEdge(graph.edges[about[edge]])];
    if (latency) others.add(`latency of edge ${name}`);
    if (means[edge] & BANDWIDTH) others.add(`bandwidth of edge ${name}`);
    if (means[edge] & CAPACITY) others.add(`capacity ${of?.capacity} of edge ${name}`);
    if (means[edge] & DELAY) others.add(`delay ${of?.delay} of edge ${name}`);
    if (means[edge] & IN_FLIGHT) others.add('microbatches in flight');
  }
  const sorted = [...ops].sort(([a], [b]) => a - b);
  return [
    ...sorted.map(
      ([node, count]) => `stage ${node >> 2} ${opKinds[node & 3]}${count > 1 ? ` ×${count}` : ''}`,
    ),
    ...others,
  ];
}
