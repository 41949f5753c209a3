import { must, mustBeWhole } from '../../core/check.ts';
import type { Distribution } from '../../distributions/distribution.ts';
import { scaled } from '../../distributions/scaled.ts';
import { ringAllReduce, ringLevel } from './all-reduce.ts';
import type { Cluster, Parallel } from './cluster.ts';
import type { MemoryModel } from './memory.ts';

interface Costs {
  readonly F: Distribution;
  readonly B?: Distribution;
  readonly W?: Distribution;
  readonly U?: Distribution;
}

interface Ends {
  readonly first?: Partial<Costs>;
  readonly last?: Partial<Costs>;
}

interface Filled {
  readonly devices: number;
  readonly stages: readonly Costs[];
  readonly bytes: number | readonly number[];
  readonly parallel: Parallel;
  readonly cluster?: Cluster;
  readonly memory?: MemoryModel;
}

/** of one device, where there is one number for all or one for each */
export function numberOf(given: number | readonly number[], device: number): number {
  return typeof given === 'number' ? given : given[device];
}

/**
 * The costs of one tensor rank: each op in T equal parts, and in each F and B `tensorReduces` all-reduces of an activity.
 *
 * @returns the costs themselves where T is 1  [devices]
 * @throws {RangeError} when T or the number of all-reduces is no such number, or there is no cluster to lie on
 */
export function onTensorRanks({ stages, parallel, bytes, cluster }: Filled): readonly Costs[] {
  const { tensor, replicas, tensorReduces = 0 } = parallel;
  mustBeWhole(tensor, 'tensor', 1);
  mustBeWhole(replicas, 'data-parallel', 1);
  mustBeWhole(tensorReduces, 'tensor-reduces', 0);
  must(
    tensor * replicas === 1 || cluster !== undefined,
    'cluster',
    'given with tensor or data-parallel',
    cluster,
  );
  must(tensor > 1 || tensorReduces === 0, 'tensor-reduces', '0 without tensor ranks', tensorReduces);
  if (tensor === 1 || cluster === undefined) return stages;
  return stages.map(({ F, B, W, U }, device) => {
    const reduce = tensorReduces * ringAllReduce(tensor, numberOf(bytes, device), cluster.inside);
    const part = (cost: Distribution): Distribution => scaled(cost, 1 / tensor);
    const reduced = (cost: Distribution): Distribution => longer(part(cost), reduce);
    return { F: reduced(F), ...(B && { B: reduced(B) }), ...(W && { W: part(W) }), ...(U && { U: part(U) }) };
  });
}

/**
 * Nanoseconds by which U of each device's weights is longer: the ring all-reduce of their gradient over the replicas.
 *
 * @returns [devices], 0 with one replica
 * @throws {RangeError} when there are replicas and the weights' size is not given
 */
export function allReducesOf({ devices, parallel, cluster, memory }: Filled): readonly number[] {
  const { replicas, tensor } = parallel;
  if (replicas === 1 || cluster === undefined) return new Array<number>(devices).fill(0);
  must(
    memory !== undefined,
    'weights',
    'given with data-parallel, for replicas exchange their gradients',
    memory,
  );
  return Array.from({ length: devices }, (_, device) =>
    ringAllReduce(
      replicas,
      numberOf(memory.weights, device) / tensor,
      ringLevel(cluster, parallel, devices, device),
    ),
  );
}

/** What the ends of a path do more, in equal parts on each tensor rank. */
export function endsOnTensorRanks(ends: Ends | undefined, tensor: number): { readonly ends?: Ends } {
  if (ends === undefined) return {};
  const part = (costs: Partial<Costs> = {}): Partial<Costs> =>
    Object.fromEntries(Object.entries(costs).map(([op, cost]) => [op, scaled(cost, 1 / tensor)]));
  return { ends: { first: part(ends.first), last: part(ends.last) } };
}

/** The same draws, each so many nanoseconds longer. */
export function longer(cost: Distribution, by: number): Distribution {
  if (by === 0) return cost;
  const mean = cost.mean + by;
  return {
    ...{ name: cost.name, mean, cv: (cost.cv * cost.mean) / mean },
    sampler: (random) => {
      const draw = cost.sampler(random);
      return () => draw() + by;
    },
  };
}
