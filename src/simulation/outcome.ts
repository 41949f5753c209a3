import type { Overflow } from './cluster/memory.ts';
import { U } from './engine/durations.ts';
import type { Simulation } from './engine/simulation.ts';
import { STARVED } from './engine/tally.ts';
import type { ResolvedScenario } from './scenario.ts';
import type { Backlog } from './statistics/backlog.ts';
import { type Departures, longEnough } from './statistics/departures.ts';

/** What a device did, as shares of the time, and what it held at its worst. */
export interface DeviceOutcome {
  readonly busy: number;
  /** nothing to work on was on the way */
  readonly starved: number;
  /** an activity was made and its link had no room */
  readonly blocked: number;
  /** its next input was on the way, or it was sending and can't compute meanwhile */
  readonly communicating: number;
  /** an op stood still, or was lost and made again with what came before it: pauses and failures */
  readonly down: number;
  /**
   * activities of microbatches begun and not yet learned from, times the share of the device's layers they are of: two for a
   * positive and a negative that go together; of inputs that wait to be made forward again, none
   */
  readonly peakActivations: number;
  readonly weightVersions: number;
  /** bytes held at the worst, weights included; null where the scenario has no memory */
  readonly peakBytes: number | null;
  /** microbatches on the links into it: mean over the time, and the most */
  readonly queue: { readonly mean: number; readonly max: number };
  /** bytes sent to devices with a higher number and a lower one */
  readonly bytes: { readonly up: number; readonly down: number };
}

/** What one simulation measured; times in seconds. */
export interface Outcome {
  /**
   * of one flush or of the run: from the first op's start (of an open line: from the beginning) to the last one's end; where a schedule checks its update afterwards,
   * of the device that needs longest
   */
  readonly makespan: number;
  /** where the makespan is that of the device that needs longest: others begin earlier or end later */
  readonly makespanOf?: 'longest device';
  /** microbatches per second over the window */
  readonly throughput: number;
  readonly ci95: readonly [number, number] | null;
  /** microbatches that were learned from / makespan: the whole run with its beginning, its end, and every outage */
  readonly completed: number;
  /**
   * over what throughput and latencies are taken, in seconds since the beginning: of a long run what comes behind its
   * warm-up (of an open line the first tenth, else what both take to settle), else all. Of a run with pauses or failures
   * nothing is taken for warm-up
   */
  readonly window: { readonly from: number; readonly to: number; readonly microbatches: number };
  /**
   * where microbatches come faster than they can be learned from: by how many a second the backlog grows. Latencies and what
   * is inside then depend on when one looks, and are NaN (null in JSON). Null where the line keeps up
   */
  readonly overloaded: { readonly backlogPerSecond: number } | null;
  /** from a microbatch's coming in until the stage that it leaves last has learned from it, over the window */
  readonly latency: {
    readonly mean: number;
    readonly ci95: readonly [number, number] | null;
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
  };
  /** microbatches inside, mean over the time */
  readonly inside: number;
  /** idle time: of all the devices' time, and as a multiple of their busy time */
  readonly bubble: { readonly ofTotal: number; readonly ofIdeal: number };
  /** seconds until the last device that has anything to do has begun, and from the first device's end to the last one's */
  readonly fill: number;
  readonly drain: number;
  readonly stages: readonly DeviceOutcome[];
  /**
   * updates between the weights that made a gradient and those that it changes → how often; of a gradient to which errors come
   * down late, since the microbatch whose error it is
   */
  readonly staleness: Readonly<Record<string, number>>;
  /** updates between the weights of a microbatch's F and those of its B → how often; null where each goes back as it went forward */
  readonly inconsistency: Readonly<Record<string, number>> | null;
  /** microbatches that came, and the share of them that found no room */
  readonly arrivals: { readonly count: number; readonly lostShare: number };
  /** seconds that devices lost to pauses and failures, all together */
  readonly lostToOutages: number;
  /** microbatches that were left out of throughput and latency, for the line was still warming up */
  readonly warmUp: number;
  /** the first op that found its device's memory full; null where all had room */
  readonly overflow: Overflow | null;
  readonly ops: number;
}

/** Makes the figures of a simulation that has ended. */
export function outcomeOf(
  scenario: ResolvedScenario,
  simulation: Simulation,
  departures: Departures,
  backlog?: Backlog,
): Outcome {
  const { tally, traffic, availability } = simulation;
  const { transfers, entries } = traffic;
  const { count: entered, refused: lost } = entries;
  const { schedule, devices } = scenario;
  /** of one second */
  const ticks = 1e9 * scenario.ticks;
  // an open line is watched from the beginning on, others from their first op
  const begin = scenario.arrivals ? 0 : Math.min(...tally.firstStart);
  const end = Math.max(...tally.lastEnd);
  const spans = Array.from(tally.lastEnd, (last, d) => last - tally.firstStart[d]);
  const makespan = schedule.validatesAfterwards ? Math.max(...spans) : end - begin;
  const { count } = departures;
  // what an outage takes is no work
  const busy = sumOf(tally.busy) - sumOf(availability.lost);
  const steady = schedule.updates !== 'flush' && count >= longEnough;
  const cut = !steady || !availability.perfect ? 'nothing' : scenario.arrivals ? 'tenth' : 'settling';
  const shares = [0.5, 0.95, 0.99];
  const { window, gaps, ...left } = departures.over(shares, { cut, long: steady });
  const growth = steady ? backlog?.growth(departures.times) : undefined;
  const late = growth === undefined ? left : { sojourns: unknown, percentiles: shares.map(() => Number.NaN) };
  const sharesOf = (
    d: number,
  ): Pick<DeviceOutcome, 'busy' | 'starved' | 'blocked' | 'communicating' | 'down'> => {
    const waits = tally.waits.slice(3 * d, 3 * d + 3);
    if (schedule.validatesAfterwards) {
      // its window is its own, shifted against the others': what lies outside its ops at both ends is waiting for the rest
      for (const why of waits.keys()) waits[why] -= tally.before[3 * d + why];
      waits[STARVED] += makespan - spans[d] - (end - tally.lastEnd[d]);
    }
    const [starved, blocked, communicating] = waits.map((wait) => wait / makespan);
    const down = availability.lost[d] / makespan;
    return { busy: tally.busy[d] / makespan - down, starved, blocked, communicating, down };
  };
  const inverse = (gap: number): number => ticks / gap;
  const { sojourns: latency, percentiles } = late;
  const completed = count / (makespan / ticks);
  return {
    makespan: makespan / ticks,
    ...(schedule.validatesAfterwards && { makespanOf: 'longest device' as const }),
    throughput: steady ? inverse(gaps.mean) : completed,
    completed,
    window: { from: window.from / ticks, to: window.to / ticks, microbatches: window.inside },
    overloaded: growth === undefined ? null : { backlogPerSecond: growth * ticks },
    ci95: steady && gaps.ci95 ? [inverse(gaps.ci95[1]), inverse(gaps.ci95[0])] : null,
    latency: {
      mean: latency.mean / ticks,
      ci95: latency.ci95 && [latency.ci95[0] / ticks, latency.ci95[1] / ticks],
      p50: percentiles[0] / ticks,
      p95: percentiles[1] / ticks,
      p99: percentiles[2] / ticks,
    },
    inside: growth === undefined ? departures.sum / (end - begin) : Number.NaN,
    bubble: { ofTotal: 1 - busy / (devices * makespan), ofIdeal: (devices * makespan) / busy - 1 },
    fill: Math.max(...tally.firstStart.filter(Number.isFinite)) / ticks,
    drain: (end - Math.min(...tally.lastEnd.filter((last) => last > 0))) / ticks,
    stages: Array.from({ length: devices }, (_, d) => {
      const into = simulation.stages.ofDevice[d];
      return {
        ...sharesOf(d),
        peakActivations: tally.peakHeld[d],
        weightVersions: tally.peakVersions[d],
        peakBytes: simulation.books.memory?.peak[d] ?? null,
        queue: {
          mean: into.reduce((sum, stage) => sum + tally.queued[stage], 0) / (end - begin),
          max: Math.max(0, ...into.map((stage) => tally.peakQueue[stage])),
        },
        bytes: { up: transfers.sentBytes[2 * d], down: transfers.sentBytes[2 * d + 1] },
      };
    }),
    // without versions on the way, each update is of the weights that made its gradient
    staleness: tally.staleness.size > 0 ? sorted(tally.staleness) : { 0: updatesIn(traffic.done) },
    inconsistency: tally.inconsistency.size > 0 ? sorted(tally.inconsistency) : null,
    arrivals: {
      count: entered + lost,
      lostShare: lost / Math.max(1, entered + lost),
    },
    lostToOutages: sumOf(availability.lost) / ticks,
    warmUp: window.before,
    overflow: simulation.books.memory?.overflow ?? null,
    ops: tally.ops,
  };
}

const unknown = { mean: Number.NaN, ci95: null };

/** of all stages, from how often each op was done  [stages × 4] */
function updatesIn(done: Int32Array): number {
  return done.reduce((sum, count, at) => (at % 4 === U ? sum + count : sum), 0);
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, one) => sum + one, 0);
}

function sorted(counts: ReadonlyMap<number, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => a - b));
}
