import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { State } from '../../core/state.ts';
import type { DevicePlan, StageLinks, Wire, WireEnd } from '../device-plan.ts';
import type { Order } from '../reporter.ts';

/** A neighbour's end of a wire, and its new doorbell. */
export interface Rewiring {
  readonly peer: WireEnd;
  readonly port: MessagePort;
}

/**
 * The plan of a device that takes the part of one that died: from its states, with new doorbells on the same edges.
 *
 * @param learned  microbatches of this run behind the states
 * @param states   of each of its stages; undefined: as the run began
 * @param struck   whether a planned fault has struck
 */
export function anew(
  plan: DevicePlan,
  learned: number,
  states: readonly (State | undefined)[],
  control: MessagePort,
  wires: readonly Wire[],
  struck: (fault: number) => boolean,
): { readonly plan: DevicePlan; readonly wires: readonly Rewiring[] } {
  const rewirings: Rewiring[] = [];
  const own = new Map<Wire, { from: MessagePort; to: MessagePort }>();
  const isOwn = ({ stage }: WireEnd): boolean => plan.stages.some((one) => one.stage === stage);
  for (const wire of wires) {
    const [from, to] = [isOwn(wire.from), isOwn(wire.to)];
    if (!from && !to) continue;
    const { port1, port2 } = new MessageChannel();
    own.set(wire, { from: port1, to: port2 });
    if (!from) rewirings.push({ peer: wire.from, port: port1 });
    if (!to) rewirings.push({ peer: wire.to, port: port2 });
  }
  const links = plan.stages.map(({ stage }, i) => {
    const ends: Record<string, unknown> = { ...plan.links[i] };
    for (const [wire, ports] of own) {
      for (const side of ['from', 'to'] as const)
        if (wire[side].stage === stage) ends[wire[side].end] = { plan: wire.plan, port: ports[side] };
    }
    return ends as unknown as StageLinks;
  });
  const stages = plan.stages.map((stage, i) => ({
    ...stage,
    state: states[i] ?? stage.state,
    begun: { learned, predicted: 0 },
  }));
  const faults = plan.faults.filter(({ index }) => !struck(index));
  return { plan: { ...plan, stages, links, control, faults }, wires: rewirings };
}

/**
 * Hands a neighbour its new doorbell.
 *
 * @param control  of the neighbour's device; undefined where it is not at work: if it begins anew, it makes its own
 */
export function rewired(
  { peer: { stage, end }, port }: Rewiring,
  control: MessagePort | undefined,
  ends: { rewire(end: 'source' | 'sink', port: MessagePort): void },
): void {
  if (stage === 'source' || stage === 'sink') {
    ends.rewire(stage, port);
    return;
  }
  const order: Order = { type: 'rewire', stage, end, port };
  if (control === undefined) port.close();
  else control.postMessage(order, [port]);
}
