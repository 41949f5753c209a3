import { microbatchBytes, type Shape } from '../../data/microbatch.ts';
import type { Edge, Graph } from '../../graph/graph.ts';
import type { Supervision } from '../../work/faults/fault.ts';
import type { Retention } from '../retained/layout.ts';

/** microbatches between two states of a stage, where nobody says */
const usually = 50;

/** bytes that an edge may keep for its receiver: with larger microbatches states are taken more often */
const retainedAtMost = 64 * 2 ** 20;

/** predictions that a stage may have made and not yet told of: what it has told of is not made again */
export const predictionsUntold = 8;

/** Microbatches between two states of a stage: those asked for, or as many as edges have room for. */
export function keepEvery({ checkpointEvery = usually }: Supervision, { edges }: Graph): number {
  const largest = Math.max(...edges.map(({ shape }) => (shape ? microbatchBytes(shape) : 0)));
  return Math.max(1, Math.min(checkpointEvery, Math.floor(retainedAtMost / largest)));
}

/**
 * What an edge keeps so that its receiver can begin anew from its newest state, and its sender is never kept waiting for
 * that: the microbatches between two states, and those of the flushes at whose ends the states are taken.
 */
export function retentionOf(
  { carries, to, capacity }: Edge & { readonly shape: Shape },
  { every, flush, verify = false }: { every: number; flush: number; verify?: boolean | undefined },
): Retention {
  const atOnce = to === 'sink';
  return {
    learned: atOnce ? 0 : capacity + every + 3 * flush,
    predictions: carries === 'activity' ? capacity + (atOnce ? 0 : predictionsUntold) : 0,
    verify: verify && !atOnce,
    atOnce,
  };
}
