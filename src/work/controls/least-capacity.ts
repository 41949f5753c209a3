import type { Edge } from '../../graph/graph.ts';
import { roomsOf } from '../../graph/room.ts';
import type { Assembly } from '../assembly.ts';

/** What each edge of activity must take so that stages never wait for each other for ever, ≥ 1, and at most what is planned. */
export function leastCapacity({
  graph,
  schedule,
  microbatches,
  pipeline: { flush },
}: Pick<Assembly, 'graph' | 'schedule' | 'microbatches' | 'pipeline'>): (edge: Edge) => number {
  const placement = graph.stages.map(({ device }) => device);
  const rooms = roomsOf(schedule, placement, { devices: graph.devices, microbatches, flush });
  return ({ to, capacity, delay }) => {
    const held = typeof to === 'number' ? rooms[to].inputs + 1 : 1;
    return Math.min(capacity, Math.max(1, held, 2 * delay));
  };
}
