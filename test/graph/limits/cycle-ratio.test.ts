import { describe, expect, it } from 'vitest';
import { random } from '../../../src/core/random.ts';
import {
  cycleOf,
  maximumCycleRatio,
  nextCycle,
  type WeightedGraph,
} from '../../../src/graph/limits/cycle-ratio.ts';

type Edge = readonly [from: number, to: number, weight: number, tokens: number];

function graphOf(nodes: number, edges: readonly Edge[]): WeightedGraph {
  const column = (i: 0 | 1 | 2 | 3) => edges.map((edge) => edge[i]);
  return { nodes, from: column(0), to: column(1), weight: column(2), tokens: column(3) };
}

/** Every simple cycle, by its edges, each once: from its lowest node on. */
function simpleCycles({ from, to, nodes }: WeightedGraph): number[][] {
  const cycles: number[][] = [];
  const walk = (start: number, node: number, seen: ReadonlySet<number>, path: readonly number[]): void => {
    for (let edge = 0; edge < from.length; edge++) {
      if (from[edge] !== node) continue;
      if (to[edge] === start) cycles.push([...path, edge]);
      else if (to[edge] > start && !seen.has(to[edge]))
        walk(start, to[edge], new Set([...seen, to[edge]]), [...path, edge]);
    }
  };
  for (let start = 0; start < nodes; start++) walk(start, start, new Set([start]), []);
  return cycles;
}

function made(seed: number, leastTokens: number): WeightedGraph {
  const draw = random(seed);
  const nodes = 1 + draw.whole(6);
  const edges = Array.from({ length: draw.whole(14) }, (): Edge => {
    const tokens = Math.max(leastTokens, draw.whole(4));
    return [draw.whole(nodes), draw.whole(nodes), draw.whole(1000) / 7, tokens];
  });
  return graphOf(nodes, edges);
}

describe('the maximum cycle ratio', () => {
  it('of a graph without a cycle is not there', () => {
    expect(maximumCycleRatio(graphOf(3, [[0, 1, 5, 1], [1, 2, 5, 0]]))).toBeUndefined(); // biome-ignore format: edges
    expect(maximumCycleRatio(graphOf(0, []))).toBeUndefined();
  });

  it('is that of the best of all simple cycles, for 500 small graphs, and the cycle is one', () => {
    let cyclic = 0;
    for (let seed = 0; seed < 500; seed++) {
      const graph = made(seed, 1);
      const all = simpleCycles(graph).map((edges) => cycleOf(graph, edges).ratio);
      const found = maximumCycleRatio(graph);
      expect(found !== undefined, `seed ${seed}`).toBe(all.length > 0);
      if (!found) continue;
      cyclic++;
      expect(found.ratio, `seed ${seed}`).toBeCloseTo(Math.max(...all), 9);
      for (const [i, edge] of found.edges.entries())
        expect(graph.to[edge]).toBe(graph.from[found.edges[(i + 1) % found.edges.length]]);
      expect(new Set(found.edges.map((edge) => graph.from[edge])).size).toBe(found.edges.length);
    }
    expect(cyclic).toBeGreaterThan(300);
  });

  it('of the next cycle is the second of all simple cycles', () => {
    for (let seed = 0; seed < 200; seed++) {
      const graph = made(seed, 1);
      const found = maximumCycleRatio(graph);
      if (!found) continue;
      const own = [...found.edges].sort().join();
      const others = simpleCycles(graph).filter((edges) => [...edges].sort().join() !== own);
      const next = nextCycle(graph, found);
      expect(next !== undefined, `seed ${seed}`).toBe(others.length > 0);
      if (next)
        expect(next.ratio, `seed ${seed}`).toBeCloseTo(
          Math.max(...others.map((edges) => cycleOf(graph, edges).ratio)),
          9,
        );
    }
  });

  it('is infinite where a cycle has no token, and the cycle is one without', () => {
    let stuck = 0;
    for (let seed = 0; seed < 300; seed++) {
      const graph = made(seed, 0);
      const dead = simpleCycles(graph).some((edges) => edges.every((edge) => graph.tokens[edge] === 0));
      const found = maximumCycleRatio(graph);
      expect(found?.ratio === Number.POSITIVE_INFINITY, `seed ${seed}`).toBe(dead);
      if (dead) stuck++;
      if (dead) expect(found?.tokens).toBe(0);
    }
    expect(stuck).toBeGreaterThan(30);
  });

  it('of weights far apart is exact: the cycle found is summed anew', () => {
    const graph = graphOf(2, [[0, 1, 1e12, 1], [1, 0, 0.25, 2], [0, 0, 1, 1]]); // biome-ignore format: edges
    expect(maximumCycleRatio(graph)?.ratio).toBe((1e12 + 0.25) / 3);
  });
});
