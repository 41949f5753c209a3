import type { Arena } from '../../core/memory/arena.ts';
import type { Edge } from '../../graph/graph.ts';
import type { Assembly } from '../../work/assembly.ts';
import type { EdgeDepth } from '../../work/controls/controls.ts';
import { leastCapacity } from '../../work/controls/least-capacity.ts';
import type { Limit } from '../../work/controls/limited-sender.ts';
import type { Wire } from '../device-plan.ts';
import { lyingOn } from '../link.ts';

/** How the run's controls may limit an edge: one that carries activity. Undefined where the run has none. */
export function limitOf(assembly: Assembly): ((edge: Edge) => Limit | undefined) | undefined {
  const { controls } = assembly;
  if (controls === undefined) return undefined;
  const least = leastCapacity(assembly);
  return (edge) =>
    edge.carries === 'activity' ? { memory: controls.memory, least: least(edge) } : undefined;
}

/** What lies on the edges of activity, as this thread sees it. */
export function depthsOf(wires: readonly Wire[], arena: Arena): EdgeDepth[] {
  return wires
    .filter(({ from }) => from.end === 'activityOut')
    .map(({ plan, from, to }) => ({
      from: from.stage as EdgeDepth['from'],
      to: to.stage as EdgeDepth['to'],
      lying: lyingOn(plan, arena),
      capacity: plan.capacity,
    }));
}
