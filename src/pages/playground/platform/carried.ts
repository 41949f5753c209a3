import type { DevicePlan } from '../../../threads/device-plan.ts';
import { MessagePort as NodeLikePort } from './node/worker-threads.ts';

type Port = DevicePlan['control'];

/** A page's own port below one that behaves as Node's. */
export const bareOf = (port: Port): MessagePort => (port as unknown as NodeLikePort).bare;

/** A device's plan as it can be sent to a worker, with bare ports. */
export const carried = (plan: DevicePlan): DevicePlan =>
  withPorts(plan, (port) => bareOf(port) as unknown as Port);

/** A device's plan as it was before it was sent. */
export const arrived = (plan: DevicePlan): DevicePlan =>
  withPorts(plan, (port) => new NodeLikePort(port as unknown as MessagePort) as unknown as Port);

function withPorts(plan: DevicePlan, change: (port: Port) => Port): DevicePlan {
  const links = plan.links.map(
    (ends) =>
      Object.fromEntries(
        Object.entries(ends).map(([name, end]) => [name, end && { ...end, port: change(end.port) }]),
      ) as unknown as DevicePlan['links'][number],
  );
  return { ...plan, links, control: change(plan.control) };
}
