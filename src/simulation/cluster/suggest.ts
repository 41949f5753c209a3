import type { Bottleneck, Limit } from '../../graph/limits/bottleneck.ts';
import { bottleneckOfScenario } from '../limits.ts';
import type { Scenario } from '../scenario.ts';
import { type SimulateOptions, simulate } from '../simulate.ts';
import { bytesText } from './memory.ts';

/** A schedule that may be taken, with the scenario that it is simulated in. */
export interface Candidate {
  readonly schedule: string;
  readonly scenario: Scenario;
}

export const shareNames = ['busy', 'starved', 'blocked', 'communicating', 'down'] as const;

/** What a simulation of a candidate says. */
export interface Suggestion {
  readonly schedule: string;
  /** microbatches per second of one replica: of a flush after the other, or in the steady state where nothing is flushed */
  readonly throughput: number;
  readonly ci95: readonly [number, number] | null;
  /** bytes of the device that holds most; null where the scenario has no memory */
  readonly peakBytes: number | null;
  /** whether no device holds more than the memory's limit */
  readonly fits: boolean;
  /** what limits its steady state; null where that is not known */
  readonly bottleneck: Limit | null;
  /** seconds a microbatch of the bottleneck, and what comes next; null where that is not known */
  readonly periodSeconds: number | null;
  readonly next: Limit | null;
  /** what devices do, as shares of their time, mean over the devices */
  readonly shares: { readonly [what in (typeof shareNames)[number]]: number };
  /** updates between the weights that made a gradient and those that it changes, at most */
  readonly staleness: number;
  /** why it does not fit, or why its bottleneck is not known; null where there is nothing to say */
  readonly reason: string | null;
}

export interface SuggestOptions extends SimulateOptions {
  /** whether to look for bottlenecks, which may take longer than the simulation; left out, true */
  readonly limits?: boolean;
}

/** edges looked at for the cycle after the bottleneck: it takes far longer to find */
const effort = 20_000;

/** microbatches from which on a run without flushes has a steady state to speak of */
const longRun = 1000;

/**
 * Candidates by throughput, the fastest first; behind them those that do not fit into memory, by what they would need. Each is
 * simulated: one flush of those that flush, 1,000 microbatches or more of those that do not.
 *
 * @throws {RangeError} when a candidate's scenario breaks a rule
 */
export function suggest(candidates: readonly Candidate[], options: SuggestOptions = {}): Suggestion[] {
  const rows = candidates.map((candidate) => suggestionOf(candidate, options));
  return rows.sort((a, b) => {
    if (a.fits !== b.fits) return a.fits ? -1 : 1;
    return a.fits ? b.throughput - a.throughput : (a.peakBytes ?? 0) - (b.peakBytes ?? 0);
  });
}

function suggestionOf({ schedule, scenario: given }: Candidate, options: SuggestOptions): Suggestion {
  const scenario = steady(given);
  const { memory } = scenario;
  const unlimited = memory && { memory: { ...memory, limit: Number.MAX_VALUE } };
  const { throughput, ci95, stages, staleness } = simulate({ ...scenario, ...unlimited }, options);
  const peaks = stages.map(({ peakBytes }) => peakBytes ?? 0);
  const peak = Math.max(...peaks);
  const limit = memory?.limit ?? Number.POSITIVE_INFINITY;
  const fits = peak <= limit;
  const found =
    options.limits === false
      ? { reason: 'not looked for' }
      : bottleneckOfScenario({ ...scenario, microbatches: given.microbatches }, { effort });
  const known: Partial<Bottleneck> = 'reason' in found ? {} : found;
  const shareOf = (what: (typeof shareNames)[number]): number =>
    stages.reduce((sum, stage) => sum + stage[what], 0) / stages.length;
  const full = fits ? null : `stage ${peaks.indexOf(peak)} holds ${bytesText(peak)} of ${bytesText(limit)}`;
  return {
    ...{ schedule, throughput, ci95, fits },
    peakBytes: memory ? peak : null,
    bottleneck: known.bottleneck ?? null,
    periodSeconds: known.periodSeconds ?? null,
    next: known.next ?? null,
    shares: Object.fromEntries(shareNames.map((what) => [what, shareOf(what)])) as Suggestion['shares'],
    staleness: Math.max(0, ...Object.keys(staleness).map(Number)),
    reason: full ?? ('reason' in found ? found.reason : null),
  };
}

/** A run of a schedule that never flushes is long enough to have a steady state. */
export function steady(scenario: Scenario): Scenario {
  const { schedule, microbatches } = scenario;
  if (schedule.updates === 'flush' || microbatches >= longRun) return scenario;
  return { ...scenario, microbatches: longRun };
}
