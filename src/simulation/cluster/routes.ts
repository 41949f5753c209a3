import type { Path } from '../../schedules/schedule.ts';
import { type Cluster, nodeOf, type Parallel } from './cluster.ts';

/** Where a message between nodes goes, and how many others go with it: those of the other replicas, at the same time. */
export interface Route {
  readonly from: number;
  readonly to: number;
  /** messages on the node's link together with this one, itself counted */
  readonly onNode: number;
  /** messages between nodes together with this one */
  readonly onCore: number;
}

/** What the cluster makes of the link into each stage; the first stage of a path has none. */
export interface ResolvedRoutes {
  /** nanoseconds  [stages] */
  readonly latencies: readonly number[];
  /** bytes per second of a link of its own; Infinity where it is unbounded or shared  [stages] */
  readonly bandwidths: readonly number[];
  /** undefined within a node  [stages] */
  readonly routes: readonly (Route | undefined)[];
}

/**
 * The link into each stage. Where only some replicas' messages leave their node, the link is that of the slowest: of the node
 * that most of them leave at once.
 */
export function routesOf(
  cluster: Cluster,
  parallel: Parallel,
  devices: number,
  paths: readonly Path[],
): ResolvedRoutes {
  const latencies: number[] = [];
  const bandwidths: number[] = [];
  const routes: (Route | undefined)[] = [];
  const { inside, between = inside } = cluster;
  for (const path of paths) {
    for (const [i, device] of path.devices.entries()) {
      const before = path.devices[i - 1];
      const within = before === undefined || before === device;
      const route = within ? undefined : routeOf(cluster, parallel, devices, before, device);
      routes.push(route);
      latencies.push(within ? 0 : route ? between.latency : inside.latency);
      // the tensor ranks of a stage send a part each, side by side
      bandwidths.push(
        route || within
          ? Number.POSITIVE_INFINITY
          : (inside.bandwidth ?? Number.POSITIVE_INFINITY) * parallel.tensor,
      );
    }
  }
  return { latencies, bandwidths, routes };
}

function routeOf(
  cluster: Cluster,
  parallel: Parallel,
  devices: number,
  before: number,
  device: number,
): Route | undefined {
  const leaving = new Map<number, { to: number; count: number }>();
  let onCore = 0;
  for (let replica = 0; replica < parallel.replicas; replica++) {
    const from = nodeOf(cluster, parallel, devices, before, replica);
    const to = nodeOf(cluster, parallel, devices, device, replica);
    if (from === to) continue;
    onCore++;
    const same = leaving.get(from);
    if (same) same.count++;
    else leaving.set(from, { to, count: 1 });
  }
  let worst: Route | undefined;
  for (const [from, { to, count }] of leaving)
    if (worst === undefined || count > worst.onNode) worst = { from, to, onNode: count, onCore };
  return worst;
}

/** Bytes a second of a message that shares its route with none but those that go with it. */
export function aloneOn(
  { nodes, between, oversubscription = 1 }: Cluster,
  { onNode, onCore }: Route,
): number {
  const { bandwidth = Number.POSITIVE_INFINITY } = between ?? {};
  return Math.min(bandwidth / onNode, (bandwidth * nodes) / oversubscription / onCore);
}

/**
 * Seconds in which each shared link carries all messages of one microbatch, by the link's name: a microbatch takes no less.
 *
 * @param copies    of its size that an activity has; a gradient has one, or none
 * @param portions  of all microbatches, those that go through each stage  [stages]
 */
export function loadsOf(
  { nodes, between, oversubscription = 1 }: Cluster,
  { routes, sizes }: ResolvedRoutes & { readonly sizes: readonly number[] },
  copies: { readonly activity: number; readonly gradient: number },
  portions: readonly number[],
): Map<string, number> {
  const loads = new Map<string, number>();
  const bandwidth = between?.bandwidth;
  if (bandwidth === undefined) return loads;
  const add = (link: string, seconds: number): void => {
    if (seconds > 0) loads.set(link, (loads.get(link) ?? 0) + seconds);
  };
  for (const [stage, route] of routes.entries()) {
    if (route === undefined) continue;
    const { from, to, onNode, onCore } = route;
    const size = portions[stage] * sizes[stage];
    const one = (size * onNode) / bandwidth;
    add(`out of node ${from}`, copies.activity * one);
    add(`into node ${to}`, copies.activity * one);
    add(`out of node ${to}`, copies.gradient * one);
    add(`into node ${from}`, copies.gradient * one);
    const all = ((copies.activity + copies.gradient) * size * onCore) / bandwidth;
    if (oversubscription > 1) add('between nodes', (all * oversubscription) / nodes);
  }
  return loads;
}
