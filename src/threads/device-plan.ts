import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Arena } from '../core/memory/arena.ts';
import type { WasmMemory } from '../core/memory/wasm.ts';
import { type Edge, type Graph, nameOfEdge } from '../graph/graph.ts';
import type { StageEnds } from '../work/channels/stage-channels.ts';
import type { Limit } from '../work/controls/limited-sender.ts';
import type { MachineFault, Supervision } from '../work/faults/fault.ts';
import type { StagePlan } from '../work/stage-plan.ts';
import { type LinkEnd, type LinkPlan, planLink } from './link.ts';
import { keepEvery, retentionOf } from './supervision/retention.ts';

/** The ends of a stage's edges, as links: the same names as in `StageEnds`. */
export type StageLinks = { readonly [end in keyof StageEnds]: LinkEnd | undefined };

/** All that a device needs, as plain data that crosses to its thread. */
export interface DevicePlan {
  /** in the order of their chunks, one or more */
  readonly stages: readonly StagePlan[];
  /** of each of those stages */
  readonly links: readonly StageLinks[];
  /** the run's memory, in which its links lie */
  readonly memory: WasmMemory;
  /** reports go out, orders come in */
  readonly control: MessagePort;
  /** when the run began, on the machine's clock, in nanoseconds */
  readonly origin: number;
  /** the microbatch at hand and its stage, for whoever finds the thread dead [2] */
  readonly progress: Int32Array;
  /** where in the memory it is written down what the device has reserved of it; left out, nowhere */
  readonly ledger?: number;
  /** what strikes the device itself */
  readonly faults: readonly PlannedFault[];
}

/** A fault, and its place among those of the run. */
export interface PlannedFault {
  readonly index: number;
  readonly fault: MachineFault;
}

/** One end of a wire: a stage's end, or the source's or the sink's. */
export interface WireEnd {
  readonly stage: number | 'source' | 'sink';
  readonly end: keyof StageEnds;
}

/** What joins two stages, or a stage and an end of the pipeline. */
export interface Wire {
  readonly plan: LinkPlan;
  readonly from: WireEnd;
  readonly to: WireEnd;
}

/** This side's ends of all that joins a device to the rest. */
export function portsOf({ links, control }: DevicePlan): MessagePort[] {
  const ports = links.flatMap((ends) => Object.values(ends).map((end) => end?.port));
  return [control, ...ports.filter((port) => port !== undefined)];
}

/** Devices that are planned, and this side's ends of what joins them. */
export interface PlannedDevices {
  readonly devices: readonly DevicePlan[];
  /** this side's end of each device's control channel [devices] */
  readonly controls: readonly MessagePort[];
  /** where the source sends */
  readonly entry: LinkEnd;
  /** where predictions come out */
  readonly exit: LinkEnd;
  readonly wires: readonly Wire[];
}

/** What is done for stages that may die, and to them. */
export interface Care {
  /** left out, nothing is kept */
  readonly supervision?: Supervision | undefined;
  readonly faults?: readonly MachineFault[] | undefined;
  readonly flush: number;
  /** how an edge may be limited while it is used; left out, or undefined for an edge, not at all */
  readonly limitOf?: ((edge: Edge) => Limit | undefined) | undefined;
}

/**
 * Makes the links of a graph in the run's memory, and groups its stages by device. Edges between the sink and the source
 * are no links: both are on this thread.
 *
 * @throws {RangeError} when there is no memory for them
 */
export function planDevices(
  graph: Graph,
  stages: readonly StagePlan[],
  arena: Arena,
  origin: number,
  { supervision, faults = [], flush, limitOf }: Care,
): PlannedDevices {
  const every = supervision && keepEvery(supervision, graph);
  const wires: Wire[] = [];
  const senders = new Map<string, LinkEnd>();
  const receivers = new Map<string, LinkEnd>();
  for (const edge of graph.edges) {
    if (edge.shape === undefined || edge.carries === 'scores') continue;
    const { shape } = edge;
    const retained = every && retentionOf({ ...edge, shape }, { every, flush, verify: supervision?.verify });
    const limit = limitOf?.(edge);
    const link = planLink(`edge ${nameOfEdge(edge)}`, shape, edge.capacity, arena, retained || undefined);
    const plan = { ...link, ...(limit && { limit }) };
    const [out, into] = endNames[edge.carries as keyof typeof endNames];
    wires.push({ plan, from: { stage: edge.from, end: out }, to: { stage: edge.to, end: into } });
    const { port1, port2 } = new MessageChannel();
    senders.set(keyOf(edge.carries, edge.from), { plan, port: port1 });
    receivers.set(keyOf(edge.carries, edge.to), { plan, port: port2 });
  }
  const linksOf = ({ stage }: StagePlan): StageLinks => ({
    activityIn: receivers.get(keyOf('activity', stage)),
    activityOut: senders.get(keyOf('activity', stage)),
    gradientIn: receivers.get(keyOf('gradient', stage)),
    gradientOut: senders.get(keyOf('gradient', stage)),
    topDownIn: receivers.get(keyOf('top-down', stage)),
    topDownOut: senders.get(keyOf('top-down', stage)),
  });
  const byDevice = Array.from({ length: graph.devices }, (_, device) =>
    stages.filter((stage) => stage.device === device),
  ).filter((own) => own.length > 0);
  const channels = byDevice.map(() => new MessageChannel());
  const devices = byDevice.map(
    (own, i): DevicePlan => ({
      stages: own.map((stage) => ({ ...stage, keepEvery: every })),
      ...{ links: own.map(linksOf), memory: arena.memory, origin },
      control: channels[i].port2,
      progress: new Int32Array(new SharedArrayBuffer(8)).fill(-1),
      ...(supervision && { ledger: arena.reserve(64) }),
      faults: faults
        .map((fault, index) => ({ fault, index }))
        .filter(({ fault }) => 'stage' in fault && own.some(({ stage }) => stage === fault.stage)),
    }),
  );
  return {
    devices,
    controls: channels.map(({ port1 }) => port1),
    entry: senders.get(keyOf('activity', 'source')) as LinkEnd,
    exit: receivers.get(keyOf('activity', 'sink')) as LinkEnd,
    wires,
  };
}

/** which ends of stages an edge joins */
const endNames = {
  activity: ['activityOut', 'activityIn'],
  gradient: ['gradientOut', 'gradientIn'],
  'top-down': ['topDownOut', 'topDownIn'],
} as const;

function keyOf(carries: Edge['carries'], end: Edge['from']): string {
  return `${carries} ${end}`;
}
