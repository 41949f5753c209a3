import { type Cluster, type LinkLevel, nodeOf, type Parallel } from './cluster.ts';

/**
 * Nanoseconds of an all-reduce round a ring: 2(n − 1) steps, each of a latency and the n-th part of the bytes.
 *
 *     2(n − 1) · latency + 2(n − 1)/n · bytes / bandwidth
 *
 * @param bytes  of what each of the n devices holds, ≥ 0
 * @returns 0 for one device
 * @see Patarasuk and Yuan 2009, Bandwidth optimal all-reduce algorithms for clusters of workstations
 */
export function ringAllReduce(n: number, bytes: number, { latency, bandwidth }: LinkLevel): number {
  if (n === 1) return 0;
  const carried = bandwidth === undefined ? 0 : ((2 * (n - 1)) / n) * ((1e9 * bytes) / bandwidth);
  return 2 * (n - 1) * latency + carried;
}

/**
 * What the rings over the replicas of one pipeline device have: the links of a node where they stay in it, else the part of the
 * nodes' links that is left to each where the rings of all tensor ranks and of all pipeline devices run at the same time.
 */
export function ringLevel(cluster: Cluster, parallel: Parallel, devices: number, device: number): LinkLevel {
  const { inside, between = inside, nodes, oversubscription = 1 } = cluster;
  const leaves = ringsLeaving(cluster, parallel, devices);
  const own = new Set(
    Array.from({ length: parallel.replicas }, (_, r) => nodeOf(cluster, parallel, devices, device, r)),
  );
  if (own.size === 1) return inside;
  const most = Math.max(...[...own].map((node) => leaves.get(node) ?? 0));
  const all = [...leaves.values()].reduce((sum, one) => sum + one, 0);
  const bandwidth = Math.min(
    inside.bandwidth ?? Number.POSITIVE_INFINITY,
    (between.bandwidth ?? Number.POSITIVE_INFINITY) / most,
    ((between.bandwidth ?? Number.POSITIVE_INFINITY) * nodes) / oversubscription / all,
  );
  return {
    latency: between.latency,
    ...(bandwidth !== Number.POSITIVE_INFINITY && { bandwidth }),
  };
}

/** Of each node, the steps of rings that leave it. */
function ringsLeaving(cluster: Cluster, parallel: Parallel, devices: number): Map<number, number> {
  const leaves = new Map<number, number>();
  for (let device = 0; device < devices; device++) {
    for (let r = 0; r < parallel.replicas; r++) {
      const from = nodeOf(cluster, parallel, devices, device, r);
      const to = nodeOf(cluster, parallel, devices, device, (r + 1) % parallel.replicas);
      if (from !== to) leaves.set(from, (leaves.get(from) ?? 0) + parallel.tensor);
    }
  }
  return leaves;
}
