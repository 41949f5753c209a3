import type { Graph } from '../graph/graph.ts';
import { pathsOf } from '../graph/layout.ts';
import { type Bottleneck, type BottleneckOptions, bottleneckOf } from '../graph/limits/bottleneck.ts';
import type { Unsteady } from '../graph/limits/timed-graph.ts';
import { loadsOf } from './cluster/routes.ts';
import { graphOfResolved, timedGraphOf } from './graph-of-scenario.ts';
import { type ResolvedScenario, resolveScenario, type Scenario } from './scenario.ts';

/**
 * The stages and edges of a scenario.
 *
 * @throws {RangeError} when the scenario breaks a rule
 */
export function graphOfScenario(scenario: Scenario): Graph {
  return graphOfResolved(resolveScenario(scenario));
}

/**
 * What limits a scenario in the steady state, by its mean times; pauses and failures are left out of account. Where messages share
 * a cluster's links, the period is no less than this: each message alone on its way, and each link carrying all that it must.
 *
 * @returns  the reason where there is no steady state, or one that takes too long to look at
 * @throws {RangeError} when the scenario breaks a rule, or nothing can go round one of its cycles
 */
export function bottleneckOfScenario(
  scenario: Scenario,
  options: BottleneckOptions = {},
): Bottleneck | Unsteady {
  const resolved = resolveScenario(scenario);
  const alone = bottleneckOf(timedGraphOf(resolved), options);
  if ('reason' in alone) return alone;
  const found = withShared(alone, resolved);
  if (!resolved.arrivals) return found;
  const arrivals = { cycle: ['arrivals'], seconds: 1 / resolved.arrivals.rate };
  if (arrivals.seconds >= found.periodSeconds)
    return { periodSeconds: arrivals.seconds, bottleneck: arrivals, next: found.bottleneck };
  const next = found.next && found.next.seconds > arrivals.seconds ? found.next : arrivals;
  return { ...found, next };
}

/** Links that carry the messages of several edges, where one of them has more to do than the slowest cycle. */
function withShared(found: Bottleneck, scenario: ResolvedScenario): Bottleneck {
  const { cluster, schedule, streams, devices, microbatches } = scenario;
  if (cluster === undefined) return found;
  const gradient = schedule.serves.includes('locally') ? 0 : 1;
  const portions = pathsOf(schedule, devices, microbatches).flatMap((path) =>
    path.devices.map(() => path.microbatches / microbatches),
  );
  const loads = [...loadsOf(cluster, scenario, { activity: streams, gradient }, portions)];
  const [name, seconds] = loads.sort(([, a], [, b]) => b - a)[0] ?? ['', 0];
  if (seconds <= found.periodSeconds) return found;
  const limit = { cycle: [`bandwidth ${name}`], seconds };
  return { periodSeconds: seconds, bottleneck: limit, next: found.bottleneck };
}
