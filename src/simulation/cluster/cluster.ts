import { must, mustBePositive, mustBeWhole } from '../../core/check.ts';

/** What a message meets on one level of a cluster. */
export interface LinkLevel {
  /** nanoseconds from the end of sending to arrival, ≥ 0 */
  readonly latency: number;
  /** bytes per second in each direction; left out, unbounded */
  readonly bandwidth?: number;
}

/**
 * Nodes with devices. Inside a node each ordered pair of devices has a link of its own. Each node has one link to the other
 * nodes, of `between.bandwidth` in each direction, which the messages that are on it at the same time share equally.
 */
export interface Cluster {
  /** ≥ 1 */
  readonly nodes: number;
  /** of each node, ≥ 1 */
  readonly devices: number;
  readonly inside: LinkLevel;
  /** left out with one node */
  readonly between?: LinkLevel;
  /**
   * what all nodes could send together ÷ what the network between them carries, ≥ 1: at 4, all messages between nodes share
   * nodes × bandwidth / 4. Left out, 1
   */
  readonly oversubscription?: number;
  /**
   * where the devices of each pipeline stage lie. `replicas`: those of one stage side by side, tensor ranks innermost, as
   * Megatron-LM has it; `stages`: the stages of one replica side by side. A list has the first slot of each pipeline device,
   * its replicas following; slots are numbered node by node. Left out, `replicas`
   */
  readonly map?: 'replicas' | 'stages' | readonly number[];
}

/** How often a pipeline's devices are there: each is `tensor` × `replicas` of the cluster. */
export interface Parallel {
  /** devices that share each op, and with it weights and activations, ≥ 1 */
  readonly tensor: number;
  /** copies of the whole pipeline, each with microbatches of its own, ≥ 1 */
  readonly replicas: number;
  /** all-reduces of an activity among the tensor ranks in each F and in each B, ≥ 0; Megatron-LM makes 2 a layer */
  readonly tensorReduces?: number;
}

/** @throws {RangeError} one sentence for the first field that breaks its rule, or when the pipeline has no room */
export function mustBeCluster(cluster: Cluster, devices: number, { tensor, replicas }: Parallel): void {
  const { nodes, inside, between, oversubscription = 1, map = 'replicas' } = cluster;
  mustBeWhole(nodes, 'nodes of the cluster', 1);
  mustBeWhole(cluster.devices, 'devices of a node', 1);
  const all = nodes * cluster.devices;
  must(all <= 2 ** 20, 'devices of the cluster', 'at most 1,048,576 in all', all);
  must(nodes === 1 || between !== undefined, 'between', 'given with two nodes or more', between);
  for (const [name, level] of Object.entries({ inside, ...(between && { between }) })) {
    const { latency, bandwidth } = level;
    must(Number.isFinite(latency) && latency >= 0, `latency ${name}`, 'finite, 0 or more', latency);
    if (bandwidth !== undefined) mustBePositive(bandwidth, `bandwidth ${name}`);
  }
  must(
    Number.isFinite(oversubscription) && oversubscription >= 1,
    'oversubscription',
    'a number, 1 or more',
    oversubscription,
  );
  must(
    cluster.devices % tensor === 0,
    'tensor',
    `a divisor of ${cluster.devices}, the devices of a node`,
    tensor,
  );
  const needed = devices * tensor * replicas;
  must(
    needed <= all,
    'stages × tensor × data-parallel',
    `at most ${all}, the devices of the cluster`,
    `${devices} × ${tensor} × ${replicas} = ${needed}`,
  );
  if (typeof map !== 'string') mustBeMap(map, devices, { tensor, replicas }, all);
  else must(map === 'replicas' || map === 'stages', 'map', "'replicas', 'stages' or a list", map);
}

function mustBeMap(
  map: readonly number[],
  devices: number,
  { tensor, replicas }: Parallel,
  all: number,
): void {
  must(map.length === devices, 'map', `one slot for each of ${devices} devices of the pipeline`, map.length);
  const taken = new Map<number, number>();
  for (const [device, first] of map.entries()) {
    mustBeWhole(first, 'slot of the map', 0);
    must(
      first % tensor === 0,
      'slot of the map',
      `a multiple of ${tensor}, for tensor ranks lie together`,
      first,
    );
    for (let slot = first; slot < first + tensor * replicas; slot++) {
      must(slot < all, 'slot of the map', `below ${all}, the devices of the cluster`, slot);
      must(!taken.has(slot), 'slot of the map', 'taken once', `${slot} twice`);
      taken.set(slot, device);
    }
  }
}

/** The node of a replica of a pipeline device: its tensor ranks are all there. */
export function nodeOf(
  { devices: perNode, map = 'replicas' }: Cluster,
  { tensor, replicas }: Parallel,
  devices: number,
  device: number,
  replica: number,
): number {
  const first =
    typeof map !== 'string'
      ? map[device] + replica * tensor
      : map === 'stages'
        ? (replica * devices + device) * tensor
        : (device * replicas + replica) * tensor;
  return Math.floor(first / perNode);
}
