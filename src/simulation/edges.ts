import { must, mustBeWhole } from '../core/check.ts';
import { pathsOf } from '../graph/layout.ts';
import type { Schedule } from '../schedules/schedule.ts';

/**
 * An edge from a stage to the one before it. F of microbatch k waits there for what the stage above sent when its F of microbatch
 * k − delay ended; the first `delay` microbatches need none.
 */
export interface TopDown {
  /** the stage that it goes to; it comes from the next one of the path */
  readonly to: number;
  /** microbatches, 1 or more; left out, 1 */
  readonly delay?: number;
  /** nanoseconds, ≥ 0; left out, that of the link between both stages */
  readonly latency?: number;
}

/** What the links of a scenario are, one by one; nothing leads from stage to stage into the first of a path. */
export interface ResolvedEdges {
  /** microbatches that the link into each stage holds, Infinity where nothing bounds it  [stages] */
  readonly capacities: readonly number[];
  /** nanoseconds on the link into each stage, and back from it  [stages] */
  readonly latencies: readonly number[];
  /** of the links between stages */
  readonly meanLatency: number;
}

interface Links {
  readonly schedule: Schedule;
  readonly devices: number;
  readonly microbatches: number;
  readonly capacity: number | readonly number[];
  readonly link: { readonly latency: number | readonly number[] };
  readonly topDown?: readonly TopDown[];
}

/** @throws {RangeError} one sentence for the first capacity, latency or top-down edge that breaks its rule */
export function edgesOf(scenario: Links): ResolvedEdges {
  const { schedule, devices, microbatches, capacity, link, topDown = [] } = scenario;
  /** whether each stage is the first of its path */
  const first = pathsOf(schedule, devices, microbatches).flatMap(({ devices: own }) =>
    own.map((_, i) => i === 0),
  );
  const links = first.filter((one) => !one).length;
  const each = (thing: string, given: number | readonly number[], ofFirst: number): readonly number[] => {
    if (typeof given === 'number') return first.map(() => given);
    must(given.length === links, thing, `one number, or one for each of ${links} links`, given.length);
    let next = 0;
    return first.map((one) => (one ? ofFirst : given[next++]));
  };
  const capacities = each('capacity', capacity, Number.POSITIVE_INFINITY);
  const latencies = each('link latency', link.latency, 0);
  for (const one of new Set(capacities))
    if (one !== Number.POSITIVE_INFINITY) mustBeWhole(one, 'capacity', 1, 'microbatches');
  for (const one of new Set(latencies)) mustBeTime(one, 'link latency');
  const seen = new Set<number>();
  for (const { to, delay = 1, latency = 0 } of topDown) {
    mustBeWhole(to, 'stage of a top-down edge', 0);
    must(first[to + 1] === false, 'stage of a top-down edge', 'one with a stage above it', to);
    must(!seen.has(to), 'top-down edges', 'one for each stage, or none', `two to stage ${to}`);
    mustBeWhole(delay, 'delay of a top-down edge', 1, 'microbatches');
    mustBeTime(latency, 'latency of a top-down edge');
    seen.add(to);
  }
  const sum = latencies.reduce((total, one, stage) => (first[stage] ? total : total + one), 0);
  const meanLatency = typeof link.latency === 'number' ? link.latency : sum / Math.max(1, links);
  return { capacities, latencies, meanLatency };
}

function mustBeTime(value: number, thing: string): void {
  must(Number.isFinite(value) && value >= 0, thing, 'finite, 0 or more', value);
}
