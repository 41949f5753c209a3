import { expect, test } from 'vitest';
import type { Edge } from '../../src/graph/graph.ts';
import { mustFlow } from '../../src/graph/must-flow.ts';

const edge = (from: Edge['from'], to: Edge['to'], more: Partial<Edge> = {}): Edge => ({
  ...{ from, to, carries: 'activity', capacity: 2, delay: 0 },
  ...more,
});
const chain = [edge('source', 0), edge(0, 1), edge(1, 2), edge(2, 'sink')];

test('a chain flows, and so do gradients down it and scores back to its source', () => {
  const gradients = [edge(2, 1, { carries: 'gradient' }), edge(1, 0, { carries: 'gradient' })];
  const scores = edge('sink', 'source', { carries: 'scores' });
  expect(() => mustFlow({ edges: [...chain, ...gradients, scores] })).not.toThrow();
});

test('a cycle without a delay is refused, with the cycle written out', () => {
  const down = (delay: number) => ({ edges: [...chain, edge(2, 0, { carries: 'top-down', delay })] });
  expect(() => mustFlow(down(1))).not.toThrow();
  expect(() => mustFlow(down(0))).toThrow(
    new RangeError('every cycle of a graph must have a delay; got none on 0→1, 1→2, top-down 2→0'),
  );
});

test('an edge needs room for what lies on it when the run begins', () => {
  const edges = [edge(1, 0, { carries: 'top-down', delay: 3 })];
  expect(() => mustFlow({ edges })).toThrow('capacity of edge top-down 1→0 must be at least 3; got 2');
  expect(() => mustFlow({ edges: [edge(0, 1, { capacity: 0 })] })).toThrow(
    'capacity of edge 0→1 must be at least 1; got 0',
  );
});
