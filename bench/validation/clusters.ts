import { gpipe } from '../../src/index.ts';
import {
  type Cluster,
  constant,
  make,
  ringAllReduce,
  type Scenario,
  simulate,
} from '../../src/simulation.ts';
import type { Row } from './row.ts';

const schedule = await make(gpipe());
const costs = { F: constant(1000), B: constant(1000), W: constant(1000) };

function nanoseconds(scenario: Partial<Scenario>): number {
  const { makespan } = simulate({ schedule, devices: 2, microbatches: 1, costs, ...scenario });
  return 1e9 * makespan;
}

function grid(what: string, errors: readonly number[]): Row {
  const worst = Math.max(...errors);
  return {
    what,
    exact: `${errors.length} points`,
    simulated: `${errors.length} points`,
    error: `at most ${worst.toExponential(1)} ns`,
    // an end of sending is a whole nanosecond
    holds: worst <= 1,
  };
}

/** Links on two levels, a node's link that replicas share, and the all-reduce of their gradients: 100 points each. */
export async function clusters(): Promise<Row[]> {
  const levels: number[] = [];
  const sharing: number[] = [];
  const reducing: number[] = [];
  for (let i = 1; i <= 10; i++) {
    for (let k = 1; k <= 10; k++) {
      const bytes = 777 * k;
      const inside = { latency: 100 * i, bandwidth: 1e9 };
      const between = { latency: 1000 * k, bandwidth: 1e9 / i };
      const line: Cluster = { nodes: 2, devices: 3, inside, between };
      const hops = 4 * (inside.latency + bytes) + between.latency + bytes * i;
      levels.push(Math.abs(nanoseconds({ devices: 6, bytes, cluster: line }) - (6 * 3000 + 2 * hops)));
      // k replicas of two stages, each stage's in one node: k messages at once on the node's link
      const both: Cluster = { nodes: 2, devices: k, inside: { latency: 0 }, between };
      const memory = { held: 0, weights: 0 };
      const hop = between.latency + k * bytes * i;
      const replicas = { cluster: both, memory, bytes, parallel: { replicas: k } };
      sharing.push(Math.abs(nanoseconds(replicas) - (6000 + 2 * hop)));
      const node: Cluster = { nodes: 1, devices: i, inside };
      const ring = ringAllReduce(i, 9000 * k, inside);
      const one = {
        devices: 1,
        cluster: node,
        memory: { held: 0, weights: 9000 * k },
        parallel: { replicas: i },
      };
      reducing.push(Math.abs(nanoseconds(one) - (3000 + ring)));
    }
  }
  return [
    grid('GPipe over two levels, m = 1: p(f+b+w) + 2Σ(latency + bytes / bandwidth)', levels),
    grid('k messages on one node’s link: latency + k · bytes / bandwidth each', sharing),
    grid('all-reduce of n replicas: 2(n−1) · latency + 2(n−1)/n · bytes / bandwidth', reducing),
  ];
}
