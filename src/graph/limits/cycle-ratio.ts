import { componentsOf } from './components.ts';

/** A directed multigraph as columns: edge e goes from `from[e]` to `to[e]`. */
export interface WeightedGraph {
  readonly nodes: number;
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  /** nanoseconds of each edge, ≥ 0 */
  readonly weight: ArrayLike<number>;
  /** microbatches (or flushes) between both ends of each edge: whole numbers, ≥ 0 */
  readonly tokens: ArrayLike<number>;
}

/** A simple cycle, as the numbers of its edges in order. */
export interface Cycle {
  readonly edges: readonly number[];
  /** Σ weight / Σ tokens; Infinity where the cycle has no token */
  readonly ratio: number;
  /** Σ tokens */
  readonly tokens: number;
}

/**
 * Maximum cycle ratio λ = max over cycles of Σ weight / Σ tokens, by Howard's policy iteration in each strongly connected
 * component. A cycle without a token has the ratio Infinity: nothing on it can ever begin.
 *
 * @param without  an edge that is left out; −1 leaves out none
 * @returns  a cycle that attains λ, or undefined where the graph has no cycle
 * @see Cochet-Terrasson 1998, Numerical computation of spectral elements in max-plus algebra
 */
export function maximumCycleRatio(graph: WeightedGraph, without = -1): Cycle | undefined {
  const component = componentsOf(graph, () => true, without);
  // without a token: a cycle of edges whose tokens are 0
  const still = componentsOf(graph, (edge) => graph.tokens[edge] === 0, without);
  const stuck = tokenless(graph, still, without);
  if (stuck) return stuck;
  const inside = innerEdges(graph, component, without);
  return inside.edges.length === 0 ? undefined : howard(graph, inside);
}

/**
 * The largest ratio of another simple cycle: the maximum over the edges of a cycle of the graph without that edge.
 *
 * @param skips  whether a cycle found says nothing new
 */
export function nextCycle(
  graph: WeightedGraph,
  { edges }: Cycle,
  skips: (cycle: Cycle) => boolean = () => false,
): Cycle | undefined {
  let best: Cycle | undefined;
  for (const edge of edges) {
    const found = maximumCycleRatio(graph, edge);
    if (found && !skips(found) && !(best && best.ratio >= found.ratio)) best = found;
  }
  return best;
}

export function cycleOf({ weight, tokens }: WeightedGraph, edges: readonly number[]): Cycle {
  let sum = 0;
  let count = 0;
  for (const edge of edges) {
    sum += weight[edge];
    count += tokens[edge];
  }
  return { edges, ratio: count === 0 ? Number.POSITIVE_INFINITY : sum / count, tokens: count };
}

interface Inner {
  /** edges within one component, sorted by their first node */
  readonly edges: Int32Array;
  /** nodes that have such edges, and where theirs begin and end in `edges` */
  readonly nodes: Int32Array;
  readonly begin: Int32Array;
}

function innerEdges({ nodes, from, to }: WeightedGraph, component: Int32Array, without: number): Inner {
  const begin = new Int32Array(nodes + 1);
  let count = 0;
  const inner = (edge: number): boolean => edge !== without && component[from[edge]] === component[to[edge]];
  for (let edge = 0; edge < from.length; edge++) {
    if (!inner(edge)) continue;
    begin[from[edge] + 1]++;
    count++;
  }
  for (let node = 0; node < nodes; node++) begin[node + 1] += begin[node];
  const edges = new Int32Array(count);
  const place = begin.slice();
  for (let edge = 0; edge < from.length; edge++) if (inner(edge)) edges[place[from[edge]]++] = edge;
  const used: number[] = [];
  for (let node = 0; node < nodes; node++) if (begin[node + 1] > begin[node]) used.push(node);
  return { edges, nodes: Int32Array.from(used), begin };
}

/** A cycle in one component of the edges without tokens. */
function tokenless(graph: WeightedGraph, component: Int32Array, without: number): Cycle | undefined {
  const { from, to, tokens } = graph;
  const next = new Int32Array(graph.nodes).fill(-1);
  for (let edge = 0; edge < from.length; edge++) {
    if (edge === without || tokens[edge] !== 0 || component[from[edge]] !== component[to[edge]]) continue;
    next[from[edge]] = edge;
  }
  const start = next.findIndex((edge) => edge >= 0);
  if (start < 0) return undefined;
  const seen = new Map<number, number>();
  const path: number[] = [];
  let node = start;
  while (!seen.has(node)) {
    seen.set(node, path.length);
    path.push(next[node]);
    node = to[next[node]];
  }
  return cycleOf(graph, path.slice(seen.get(node)));
}

const roundsAtMost = 10_000;

function howard(graph: WeightedGraph, { edges, nodes, begin }: Inner): Cycle {
  const { to, weight, tokens } = graph;
  const policy = new Int32Array(graph.nodes).fill(-1);
  const ratio = new Float64Array(graph.nodes);
  const value = new Float64Array(graph.nodes);
  const round = new Int32Array(graph.nodes).fill(-1);
  let largest = 0;
  for (const node of nodes) {
    for (let i = begin[node]; i < begin[node + 1]; i++) {
      const edge = edges[i];
      if (policy[node] < 0 || weight[edge] > weight[policy[node]]) policy[node] = edge;
      if (weight[edge] > largest) largest = weight[edge];
    }
  }
  // what rounding may take: cycles closer than this are alike
  const close = 1e-12 * largest;
  let best: Cycle | undefined;
  const path: number[] = [];
  for (let turn = 0; turn < roundsAtMost; turn++) {
    best = undefined;
    for (const start of nodes) {
      let node = start;
      for (path.length = 0; round[node] < 2 * turn; node = to[policy[node]]) {
        round[node] = 2 * turn;
        path.push(node);
      }
      if (path.length > 0 && round[node] === 2 * turn) {
        const cycle = cycleOf(
          graph,
          path.slice(path.indexOf(node)).map((at) => policy[at]),
        );
        if (best === undefined || cycle.ratio > best.ratio) best = cycle;
        ratio[node] = cycle.ratio;
        value[node] = 0;
        round[node] = 2 * turn + 1;
      }
      for (let i = path.length - 1; i >= 0; i--) {
        const at = path[i];
        if (round[at] === 2 * turn + 1) continue;
        const edge = policy[at];
        ratio[at] = ratio[to[edge]];
        value[at] = weight[edge] - ratio[at] * tokens[edge] + value[to[edge]];
        round[at] = 2 * turn + 1;
      }
    }
    let changed = false;
    for (const node of nodes) {
      for (let i = begin[node]; i < begin[node + 1]; i++) {
        const edge = edges[i];
        if (ratio[to[edge]] <= ratio[to[policy[node]]] + close) continue;
        policy[node] = edge;
        changed = true;
      }
    }
    if (changed) continue;
    for (const node of nodes) {
      let most = value[node] + close * 64;
      for (let i = begin[node]; i < begin[node + 1]; i++) {
        const edge = edges[i];
        if (ratio[to[edge]] < ratio[node] - close) continue;
        const through = weight[edge] - ratio[node] * tokens[edge] + value[to[edge]];
        if (through <= most) continue;
        most = through;
        policy[node] = edge;
        changed = true;
      }
    }
    if (!changed) break;
  }
  return best as Cycle;
}
