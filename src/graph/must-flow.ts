import { must } from '../core/check.ts';
import { type Edge, type Graph, nameOfEdge } from './graph.ts';

/**
 * Refuses a graph that would stop: each cycle of edges needs a delay, for without one every stage on it waits for the
 * one before, and each edge needs room for the microbatches that lie on it when the run begins.
 *
 * Gradients come back over edges of their own, and B needs the F of its microbatch alone; what asks for scores travels
 * apart from what waits for them, even at a lag of 0: neither closes a cycle with activity.
 *
 * @throws {RangeError} with the cycle, or the edge, written out
 */
export function mustFlow({ edges }: Pick<Graph, 'edges'>): void {
  for (const edge of edges) {
    const { capacity, delay } = edge;
    const least = Math.max(1, delay);
    must(capacity >= least, `capacity of edge ${nameOfEdge(edge)}`, `at least ${least}`, capacity);
  }
  for (const kinds of [['activity', 'top-down'], ['gradient']]) {
    const cycle = cycleWithoutDelay(edges.filter(({ carries }) => kinds.includes(carries)));
    if (cycle === undefined) continue;
    throw new RangeError(
      `every cycle of a graph must have a delay; got none on ${cycle.map(nameOfEdge).join(', ')}`,
    );
  }
}

/** A cycle of edges whose delays are all 0, as the edges in order; undefined where there is none. */
function cycleWithoutDelay(edges: readonly Edge[]): Edge[] | undefined {
  const next = new Map<Edge['from'], Edge[]>();
  for (const edge of edges) if (edge.delay === 0) next.set(edge.from, [...(next.get(edge.from) ?? []), edge]);
  const done = new Set<Edge['from']>();
  const walk = (at: Edge['from'], path: readonly Edge[]): Edge[] | undefined => {
    const begun = path.findIndex(({ from }) => from === at);
    if (begun >= 0) return path.slice(begun);
    if (done.has(at)) return undefined;
    for (const edge of next.get(at) ?? []) {
      const cycle = walk(edge.to, [...path, edge]);
      if (cycle !== undefined) return cycle;
    }
    done.add(at);
    return undefined;
  };
  for (const at of next.keys()) {
    const cycle = walk(at, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
