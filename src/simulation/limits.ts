import type { Graph } from '../graph/graph.ts';
import { type Bottleneck, type BottleneckOptions, bottleneckOf } from '../graph/limits/bottleneck.ts';
import type { Unsteady } from '../graph/limits/timed-graph.ts';
import { graphOfResolved, timedGraphOf } from './graph-of-scenario.ts';
import { resolveScenario, type Scenario } from './scenario.ts';

/**
 * The stages and edges of a scenario.
 *
 * @throws {RangeError} when the scenario breaks a rule
 */
export function graphOfScenario(scenario: Scenario): Graph {
  return graphOfResolved(resolveScenario(scenario));
}

/**
 * What limits a scenario in the steady state, by its mean times; pauses and failures are left out of account.
 *
 * @returns  the reason where there is no steady state, or one that takes too long to look at
 * @throws {RangeError} when the scenario breaks a rule, or nothing can go round one of its cycles
 */
export function bottleneckOfScenario(
  scenario: Scenario,
  options: BottleneckOptions = {},
): Bottleneck | Unsteady {
  const resolved = resolveScenario(scenario);
  const found = bottleneckOf(timedGraphOf(resolved), options);
  if ('reason' in found || !resolved.arrivals) return found;
  const arrivals = { cycle: ['arrivals'], seconds: 1 / resolved.arrivals.rate };
  if (arrivals.seconds >= found.periodSeconds)
    return { periodSeconds: arrivals.seconds, bottleneck: arrivals, next: found.bottleneck };
  const next = found.next && found.next.seconds > arrivals.seconds ? found.next : arrivals;
  return { ...found, next };
}
