import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Arena } from '../core/memory/arena.ts';
import type { WasmMemory } from '../core/memory/wasm.ts';
import { type Edge, type Graph, nameOfEdge } from '../graph/graph.ts';
import type { StageEnds } from '../work/channels/stage-channels.ts';
import type { StagePlan } from '../work/stage-plan.ts';
import { type LinkEnd, planLink } from './link.ts';

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
): PlannedDevices {
  const senders = new Map<string, LinkEnd>();
  const receivers = new Map<string, LinkEnd>();
  for (const edge of graph.edges) {
    if (edge.shape === undefined || edge.carries === 'scores') continue;
    const plan = planLink(`edge ${nameOfEdge(edge)}`, edge.shape, edge.capacity, arena);
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
      ...{ stages: own, links: own.map(linksOf), memory: arena.memory, origin },
      control: channels[i].port2,
      progress: new Int32Array(new SharedArrayBuffer(8)).fill(-1),
    }),
  );
  return {
    devices,
    controls: channels.map(({ port1 }) => port1),
    entry: senders.get(keyOf('activity', 'source')) as LinkEnd,
    exit: receivers.get(keyOf('activity', 'sink')) as LinkEnd,
  };
}

function keyOf(carries: Edge['carries'], end: Edge['from']): string {
  return `${carries} ${end}`;
}
