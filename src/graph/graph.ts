import type { StartEvent } from '../core/trace.ts';
import type { Shape } from '../data/microbatch.ts';
import type { Overflow } from '../overflows/overflow.ts';

/** A stage's number, from 0, along the way that activity goes. */
export type StageId = number;

/** Consecutive layers that run as one, on one device. */
export interface Stage {
  readonly id: StageId;
  /** the thread or simulated machine that runs it, from 0 */
  readonly device: number;
  /** indices of its layers in the pipeline; of a scenario without layers, none */
  readonly layers: readonly number[];
}

/** What an edge carries. */
export type Carries = 'activity' | 'gradient' | 'scores' | 'top-down';

/** A bounded first-in-first-out way from one stage to another. */
export interface Edge {
  readonly from: StageId | 'source' | 'sink';
  readonly to: StageId | 'source' | 'sink';
  readonly carries: Carries;
  /** what a full microbatch is on this edge; left out where only timing counts */
  readonly shape?: Shape;
  /** credits: microbatches that may lie on it, the one being worked on included; Infinity where nothing bounds it */
  readonly capacity: number;
  /** microbatches that lie on it when the run begins: the initial tokens of a dataflow graph */
  readonly delay: number;
  /** what is lost where more than `room` microbatches wait in front of it; left out, nothing: the sender waits */
  readonly drops?: { readonly overflow: Overflow; readonly room: number };
}

/** A pipeline or scenario cut into stages and joined by edges: plain data, made by pure functions. */
export interface Graph {
  readonly devices: number;
  readonly stages: readonly Stage[];
  readonly edges: readonly Edge[];
}

/** What an edge is called in drawings and errors: `0→1`, `gradient 2→1`, `source→0`. */
export function nameOfEdge({ from, to, carries }: Pick<Edge, 'from' | 'to' | 'carries'>): string {
  return `${carries === 'activity' ? '' : `${carries} `}${from}→${to}`;
}

/** The edges that may lose what they carry, as the first event of a run tells them; nothing where there are none. */
export function dropsOf({ edges }: Pick<Graph, 'edges'>): Pick<StartEvent, 'drops'> {
  const drops = edges.flatMap(({ to, drops: own }) =>
    own && typeof to === 'number' ? [{ into: to, overflow: own.overflow.name }] : [],
  );
  return drops.length > 0 ? { drops } : {};
}

/** The stages of each device, by number, in their order [devices]. */
export function stagesByDevice({ devices, stages }: Pick<Graph, 'devices' | 'stages'>): StageId[][] {
  return Array.from({ length: devices }, (_, device) =>
    stages.filter((stage) => stage.device === device).map(({ id }) => id),
  );
}
