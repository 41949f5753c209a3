import type { OpKind } from '../../core/trace.ts';
import type { Graph } from '../graph.ts';
import type { WeightedGraph } from './cycle-ratio.ts';

/** What an edge of an event graph stands for, beside an op's end: bits that may be set together. */
export const CAPACITY = 1;
export const LATENCY = 2;
export const DELAY = 4;
export const IN_FLIGHT = 8;
export const BANDWIDTH = 16;

export const opKinds: readonly OpKind[] = ['F', 'B', 'W', 'U'];

/**
 * The ops of one steady period and what each waits for: op v of period n begins no earlier than `weight` after op u of period
 * n − `tokens` began. Its maximum cycle ratio is the length of a period in the long run.
 */
export interface EventGraph extends WeightedGraph {
  readonly weight: readonly number[];
  readonly tokens: readonly number[];
  /** 4 · stage + op, or −1 where a node is a sending or a giving back of room  [nodes] */
  readonly op: readonly number[];
  /** what an edge of the event graph stands for, and which edge of the graph that is about  [edges] */
  readonly means: readonly number[];
  readonly about: readonly number[];
  /** microbatches of one period */
  readonly microbatches: number;
}

/** The stages of each device, in the order in which an order's `chunk` counts them. */
export function chunksOf({ devices, stages }: Graph): number[][] {
  const chunks = Array.from({ length: devices }, (): number[] => []);
  for (const { id, device } of stages) chunks[device].push(id);
  return chunks;
}

/** Nodes and edges of an event graph in the making. */
export class EventColumns {
  readonly op: number[] = [];
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly weight: number[] = [];
  readonly tokens: number[] = [];
  readonly means: number[] = [];
  readonly about: number[] = [];

  /** @returns the number of the new node */
  node(op = -1): number {
    return this.op.push(op) - 1;
  }

  edge(from: number, to: number, weight: number, tokens: number, means = 0, about = -1): void {
    this.from.push(from);
    this.to.push(to);
    this.weight.push(weight);
    this.tokens.push(tokens);
    this.means.push(means);
    this.about.push(about);
  }
}
