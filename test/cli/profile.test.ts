import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { forwardflow, runsFolder } from './forwardflow.ts';

const graph = join(runsFolder(), 'graph.txt');
writeFileSync(
  graph,
  `node1 -- Conv -- forward_compute_time=2.000, backward_compute_time=4.000, activation_size=1000.0, parameter_size=1.0
node2 -- Linear -- forward_compute_time=1.000, backward_compute_time=2.000, activation_size=1000.0, parameter_size=1.0
\tnode1 -- node2
`,
);

// one microbatch through two stages: 1F1B makes F, B and W of each; the stream two F and two W, and sends after F
it.each([
  ['1f1b', 9e-3],
  ['stream', 8e-3],
  ['mono-forward', 4e-3],
])('a PipeDream profile costs %s what its rule makes of the products', async (schedule, makespan) => {
  const { stdout } = await forwardflow([
    ...['simulate', '--profile', graph, '--stages', '2', '--microbatches', '1', '--json'],
    ...['--schedule', schedule],
  ]);
  expect(JSON.parse(stdout).makespan).toBeCloseTo(makespan, 9);
});
