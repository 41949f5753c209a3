import { expect, it } from 'vitest';
import { graphMermaid, graphText } from '../../src/graph/draw.ts';
import { graphOfScenario } from '../../src/simulation/limits.ts';
import { scenario, schedules } from '../simulation/scenarios.ts';

const graph = graphOfScenario(
  scenario(schedules.stream, { devices: 2, capacity: [3], topDown: [{ to: 0 }] }),
);

it('a graph is drawn from the source down, each edge beside its arrow with its capacity and delay', () => {
  expect(graphText(graph).split('\n')).toEqual([
    'source',
    '  ↓ activity',
    'stage 0  device 0',
    '  ↓ activity, capacity 3',
    '  ↑ top-down, delay 1',
    'stage 1  device 1',
    '  ↓ activity',
    'sink',
  ]);
});

it('layers are named as ranges, and edges that join no neighbours stand below', () => {
  const stages = [
    { id: 0, device: 0, layers: [0, 1, 2] },
    { id: 1, device: 1, layers: [3] },
  ];
  const scores = { from: 'sink', to: 'source', carries: 'scores', capacity: 5, delay: 4 } as const;
  const text = graphText({ ...graph, stages, edges: [...graph.edges, scores] });
  expect(text).toContain('stage 0  device 0  layers 0–2\n');
  expect(text).toContain('stage 1  device 1  layers 3\n');
  expect(text.split('\n').at(-1)).toBe('scores sink→source, capacity 5, delay 4');
});

it('two ways over the same devices are drawn one after the other', () => {
  const text = graphText(graphOfScenario(scenario(schedules.chimera, { devices: 2 })));
  expect(text.split('\n').filter((line) => line === 'source' || line === 'sink')).toHaveLength(4);
});

it('for Mermaid, what is no activity is dotted', () => {
  expect(graphMermaid(graph).split('\n')).toEqual([
    'flowchart LR',
    '  s0["stage 0  device 0"]',
    '  s1["stage 1  device 1"]',
    '  source -->|"activity"| s0',
    '  s0 -->|"activity, capacity 3"| s1',
    '  s1 -->|"activity"| sink',
    '  s1 -.->|"top-down, delay 1"| s0',
  ]);
});
