import { must, mustBeWhole } from '../core/check.ts';
import { pathsOf } from '../graph/layout.ts';
import type { Path, Schedule } from '../schedules/schedule.ts';
import { type Cluster, mustBeCluster, type Parallel } from './cluster/cluster.ts';
import { type ResolvedRoutes, routesOf } from './cluster/routes.ts';

/**
 * An edge from a stage to the one before it. F of microbatch k waits there for what the stage above sent when its F of microbatch
 * k − delay ended; the first `delay` microbatches need none.
 */
export interface TopDown {
  /** the stage that it goes to; it comes from the next one of the path */
  readonly to: number;
  /** microbatches, 1 or more; left out, 1 */
  readonly delay?: number;
  /** nanoseconds, ≥ 0; left out, that of the link between both stages */
  readonly latency?: number;
}

/** What the links of a scenario are, one by one; nothing leads from stage to stage into the first of a path. */
export interface ResolvedEdges extends ResolvedRoutes {
  /** microbatches that the link into each stage holds, Infinity where nothing bounds it  [stages] */
  readonly capacities: readonly number[];
  /** bytes of one activity, and of its gradient, on the link into each stage  [stages] */
  readonly sizes: readonly number[];
  /** of the links between stages */
  readonly meanLatency: number;
}

interface Links {
  readonly schedule: Schedule;
  readonly devices: number;
  readonly microbatches: number;
  readonly capacity: number | readonly number[];
  readonly link: LinkOfEdges;
  readonly topDown?: readonly TopDown[];
  readonly bytes: number | readonly number[];
  readonly cluster?: Cluster;
  readonly parallel: Parallel;
}

interface LinkOfEdges {
  readonly latency: number | readonly number[];
  readonly bandwidth?: number;
  readonly duplex?: 'full' | 'half';
  readonly overlap?: boolean;
}

/** @throws {RangeError} one sentence for the first capacity, latency or top-down edge that breaks its rule */
export function edgesOf(scenario: Links): ResolvedEdges {
  const { schedule, devices, microbatches, capacity, link, topDown = [], bytes } = scenario;
  const paths = pathsOf(schedule, devices, microbatches);
  /** whether each stage is the first of its path */
  const first = paths.flatMap(({ devices: own }) => own.map((_, i) => i === 0));
  const links = first.filter((one) => !one).length;
  const each = (thing: string, given: number | readonly number[], ofFirst: number): readonly number[] => {
    if (typeof given === 'number') return first.map(() => given);
    must(given.length === links, thing, `one number, or one for each of ${links} links`, given.length);
    let next = 0;
    return first.map((one) => (one ? ofFirst : given[next++]));
  };
  const capacities = each('capacity', capacity, Number.POSITIVE_INFINITY);
  const sizes = paths.flatMap(({ devices: own }) =>
    own.map((_, i) => (typeof bytes === 'number' ? bytes : i === 0 ? 0 : bytes[own[i - 1]])),
  );
  const routes = scenario.cluster ? clusterRoutes(scenario, scenario.cluster, paths) : undefined;
  const latencies = routes?.latencies ?? each('link latency', link.latency, 0);
  for (const one of new Set(capacities))
    if (one !== Number.POSITIVE_INFINITY) mustBeWhole(one, 'capacity', 1, 'microbatches');
  for (const one of new Set(latencies)) mustBeTime(one, 'link latency');
  const seen = new Set<number>();
  for (const { to, delay = 1, latency = 0 } of topDown) {
    mustBeWhole(to, 'stage of a top-down edge', 0);
    must(first[to + 1] === false, 'stage of a top-down edge', 'one with a stage above it', to);
    must(!seen.has(to), 'top-down edges', 'one for each stage, or none', `two to stage ${to}`);
    mustBeWhole(delay, 'delay of a top-down edge', 1, 'microbatches');
    mustBeTime(latency, 'latency of a top-down edge');
    seen.add(to);
  }
  const sum = latencies.reduce((total, one, stage) => (first[stage] ? total : total + one), 0);
  const meanLatency = typeof link.latency === 'number' && !routes ? link.latency : sum / Math.max(1, links);
  const { bandwidth = Number.POSITIVE_INFINITY } = link;
  const plain = { latencies, bandwidths: first.map(() => bandwidth), routes: first.map(() => undefined) };
  return { capacities, sizes, ...(routes ?? plain), meanLatency };
}

/** A cluster says what all links are. */
function clusterRoutes(scenario: Links, cluster: Cluster, paths: readonly Path[]): ResolvedRoutes {
  const { devices, link, parallel, schedule, topDown = [] } = scenario;
  const own = link.latency === 0 && link.bandwidth === undefined;
  must(own && link.duplex !== 'half' && link.overlap !== false, 'link', 'left out with a cluster', link);
  must(topDown.length === 0, 'top-down edges', 'left out with a cluster', topDown.length);
  must(
    schedule.overlooksWraps !== true,
    'wraps',
    "'all' with a cluster, whose messages take the time they need",
    'first',
  );
  mustBeCluster(cluster, devices, parallel);
  return routesOf(cluster, parallel, devices, paths);
}

function mustBeTime(value: number, thing: string): void {
  must(Number.isFinite(value) && value >= 0, thing, 'finite, 0 or more', value);
}
