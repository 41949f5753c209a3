import type { Edge, Graph, Stage } from '../graph/graph.ts';
import { pathsOf } from '../graph/layout.ts';
import { opKinds } from '../graph/limits/events.ts';
import type { OpTimes, TimedGraph } from '../graph/limits/timed-graph.ts';
import { aloneOn } from './cluster/routes.ts';
import type { ResolvedScenario } from './scenario.ts';

/** The stages and edges of a scenario, with their capacities and delays. */
export function graphOfResolved(scenario: ResolvedScenario): Graph {
  const { schedule, devices, microbatches, capacities, topDown = [] } = scenario;
  const backward = !schedule.serves.includes('locally');
  const stages: Stage[] = [];
  const edges: Edge[] = [];
  const unbounded = { capacity: Number.POSITIVE_INFINITY, delay: 0 };
  for (const path of pathsOf(schedule, devices, microbatches)) {
    const first = stages.length;
    for (const device of path.devices) stages.push({ id: stages.length, device, layers: [] });
    const last = stages.length - 1;
    const entry = scenario.arrivals ? capacities[first] : Number.POSITIVE_INFINITY;
    edges.push({ from: 'source', to: first, carries: 'activity', capacity: entry, delay: 0 });
    for (let to = first + 1; to <= last; to++)
      edges.push({ from: to - 1, to, carries: 'activity', capacity: capacities[to], delay: 0 });
    edges.push({ from: last, to: 'sink', carries: 'activity', ...unbounded });
    if (!backward) continue;
    for (let from = last; from > first; from--)
      edges.push({
        from,
        to: from - 1,
        carries: 'gradient',
        ...unbounded,
        delay: schedule.gradientDelay ?? 0,
      });
  }
  for (const { to, delay = 1 } of topDown)
    edges.push({ from: to + 1, to, carries: 'top-down', capacity: Number.POSITIVE_INFINITY, delay });
  return { devices, stages, edges };
}

/** A scenario's graph with its mean times: jitter and outages change nothing, nor does when more is kept and when less. */
export function timedGraphOf(scenario: ResolvedScenario): TimedGraph {
  const { schedule, devices, microbatches, window, blocking = 'after', link, latencies, keeps } = scenario;
  const graph = graphOfResolved(scenario);
  const shares = pathsOf(schedule, devices, microbatches).flatMap((path) =>
    path.devices.map(() => path.share),
  );
  const slower = new Map((scenario.slow ?? []).map(({ device, factor }) => [device, factor]));
  const stretch = scenario.jitter?.mean ?? 1;
  const times = graph.stages.map(({ id, device }): OpTimes => {
    const costs = scenario.stages[device];
    const factor = shares[id] * (slower.get(device) ?? 1) * stretch;
    const [F, B, W, U] = opKinds.map(
      (op) => factor * (costs[op]?.mean ?? 0) + (factor / shares[id]) * moreAtEnds(scenario, graph, id, op),
    );
    const reduce = shares[id] * scenario.allReduces[device];
    return { F, B: schedule.recomputes ? B + keeps.mean * F : B, W, U: U + reduce };
  });
  const betweenDevices = ({ from, to }: Edge): boolean =>
    typeof from === 'number' &&
    typeof to === 'number' &&
    graph.stages[from].device !== graph.stages[to].device;
  const sending = sendingOf(scenario, graph, betweenDevices);
  return {
    ...{ graph, schedule, microbatches, window, times, blocking },
    ...(link.overlap === false ? { times: withSending(scenario, graph, times, sending) } : { sending }),
    // what shares a cluster's links is not in order either, but what each link carries is known
    unsteady: scenario.cluster ? undefined : unsteadyLinks(scenario, graph, sending),
    latency: graph.edges.map((edge) => {
      if (!betweenDevices(edge)) return 0;
      const [from, to] = [Number(edge.from), Number(edge.to)];
      const down = edge.carries === 'top-down' ? scenario.topDown?.find((one) => one.to === to) : undefined;
      return (down?.latency ?? latencies[Math.max(from, to)]) * (link.jitter?.mean ?? 1);
    }),
    orderCosts: scenario.stages.map(({ F, B, W }) => ({
      ...{ F: F.mean, B: B?.mean ?? 0, W: W?.mean ?? 0 },
      latency: scenario.meanLatency,
    })),
  };
}

/** How long a message keeps its link busy  [edges] */
function sendingOf(
  { bandwidths, sizes, routes, cluster, streams }: ResolvedScenario,
  { edges }: Graph,
  betweenDevices: (edge: Edge) => boolean,
): number[] {
  return edges.map((edge) => {
    if (!betweenDevices(edge)) return 0;
    const stage = Math.max(Number(edge.from), Number(edge.to));
    const route = routes[stage];
    const bandwidth = route && cluster ? aloneOn(cluster, route) : bandwidths[stage];
    return Math.round((1e9 * sizes[stage] * (edge.carries === 'activity' ? streams : 1)) / bandwidth);
  });
}

/** What the ends of a path do more than their device's costs say, mean nanoseconds. */
function moreAtEnds(
  { ends }: ResolvedScenario,
  { edges }: Graph,
  stage: number,
  op: (typeof opKinds)[number],
): number {
  if (ends === undefined) return 0;
  const first = edges.some(({ from, to }) => from === 'source' && to === stage) ? ends.first : undefined;
  const last = edges.some(({ from, to }) => from === stage && to === 'sink') ? ends.last : undefined;
  return (first?.[op]?.mean ?? 0) + (last?.[op]?.mean ?? 0);
}

/** The times of ops where a device stands still while it sends what they made. */
function withSending(
  { schedule }: ResolvedScenario,
  { edges }: Graph,
  times: readonly OpTimes[],
  sending: readonly number[],
): OpTimes[] {
  const longer = times.map((ops) => ({ ...ops }));
  for (const [i, { from, carries }] of edges.entries()) {
    if (sending[i] === 0) continue;
    const op =
      carries === 'gradient'
        ? schedule.sendsGradientAfter
        : carries === 'activity'
          ? (schedule.sendsActivityAfter ?? 'F')
          : 'F';
    longer[Number(from)][op] += sending[i];
  }
  return longer;
}

/** Where messages of several edges share a link that is busy while it sends, their order is not fixed. */
function unsteadyLinks(
  { link }: ResolvedScenario,
  { edges, stages }: Graph,
  sending: readonly number[],
): string | undefined {
  const links = edges.flatMap(({ from, to }, i) => {
    if (sending[i] === 0) return [];
    const ends = [stages[Number(from)].device, stages[Number(to)].device];
    return [(link.duplex === 'half' ? ends.sort((a, b) => a - b) : ends).join()];
  });
  return new Set(links).size < links.length
    ? 'messages of several edges share a link of bounded bandwidth, and their order is not fixed'
    : undefined;
}
