import { DELAY, EventColumns, type EventGraph, LATENCY, opKinds } from './events.ts';
import { latencyOf, type TimedGraph } from './timed-graph.ts';

/**
 * The event graph of layers that settle, a frame an F, as the simulator times them: in frame s the pass from the bottom up comes to
 * stage s, and once it has come through all, each frame is an iteration of all stages. In each frame a stage reads what both its
 * neighbours sent in the frame before. What a stage does in other frames takes no time.
 *
 * @param iterations  of a microbatch, behind the pass
 */
export function settlingEventsOf(timed: TimedGraph, iterations: number): EventGraph {
  const { graph, times } = timed;
  const stages = graph.stages.length;
  const frames = stages + iterations;
  const events = new EventColumns();
  const node = (stage: number, op: number): number => events.node(4 * stage + op);
  const F = graph.stages.map(({ id }) =>
    Array.from({ length: frames }, (_, frame) =>
      frame === id || frame >= stages ? node(id, 0) : events.node(),
    ),
  );
  const ends = graph.stages.map(({ id }) => [node(id, 2), node(id, 3)]);
  const lasts = (at: number): number => {
    const op = events.op[at];
    return op < 0 ? 0 : times[op >> 2][opKinds[op & 3]];
  };
  for (const { id } of graph.stages) {
    const own = [...F[id], ...ends[id]];
    for (const [i, at] of own.entries()) {
      const last = i + 1 === own.length;
      events.edge(at, own[last ? 0 : i + 1], lasts(at), last ? 1 : 0);
    }
  }
  for (const [edge, { from, to, carries }] of graph.edges.entries()) {
    if (typeof from !== 'number' || typeof to !== 'number') continue;
    if (carries !== 'activity' && carries !== 'top-down') continue;
    const latency = latencyOf(timed, edge);
    for (let frame = 0; frame < frames; frame++) {
      const last = frame + 1 === frames;
      const means = DELAY | (latency > 0 ? LATENCY : 0);
      const at = F[from][frame];
      events.edge(at, F[to][last ? 0 : frame + 1], lasts(at) + latency, last ? 1 : 0, means, edge);
    }
  }
  const { op, from, to, weight, tokens, means, about } = events;
  return { nodes: op.length, op, from, to, weight, tokens, means, about, microbatches: 1 };
}
