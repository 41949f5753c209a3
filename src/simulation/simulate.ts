import { must, mustBeWhole } from '../core/check.ts';
import { wallNanoseconds } from '../core/clock.ts';
import { MemoryError } from './cluster/memory.ts';
import { opKinds } from './engine/durations.ts';
import { Simulation } from './engine/simulation.ts';
import type { Onlooker } from './onlooker.ts';
import { onlookers } from './onlookers.ts';
import { type DeviceOutcome, type Outcome, outcomeOf } from './outcome.ts';
import { resolveScenario, type Scenario, stagesIn } from './scenario.ts';
import { Backlog } from './statistics/backlog.ts';
import { Departures } from './statistics/departures.ts';
import { meanOf } from './statistics/intervals.ts';

/** What simulations of one scenario measured. */
export interface Simulated extends Outcome {
  readonly replications: number;
  /** of the makespan, over replications */
  readonly makespanCi95: readonly [number, number] | null;
  /** of each replication, in order: pairs for who compares scenarios that see the same draws */
  readonly perReplication: { readonly throughput: readonly number[]; readonly makespan: readonly number[] };
  /** ops that took time, per second of this machine's time */
  readonly eventsPerSecond: number;
}

export interface SimulateOptions {
  /** runs with other draws, ≥ 1; left out, 20 where a schedule flushes and something is random, else 1 */
  readonly replications?: number;
  /** sees every op of the first replication */
  readonly onlooker?: Onlooker;
}

/**
 * Simulates a pipeline in virtual time: timing only, nothing is learned.
 *
 * With one replication the interval of a long run comes from batch means; with several, all figures but peaks are means over the
 * replications and the intervals are of those. Draws are named by seed, replication, stage and op, whatever the schedule: so
 * schedules with the same seed see the same draws.
 *
 * @throws {RangeError} one sentence for the first field that breaks its rule
 * @throws {ScheduleError} when the schedule comes to a standstill
 * @throws {MemoryError} when a device holds more than its memory's limit
 */
export function simulate(scenario: Scenario, { replications, onlooker }: SimulateOptions = {}): Simulated {
  const resolved = resolveScenario(scenario);
  const runs = replications ?? (isRandom(scenario) && resolved.schedule.updates === 'flush' ? 20 : 1);
  mustBeWhole(runs, 'replications', 1);
  const some = resolved.stages.some((ops) => opKinds.some((kind) => (ops[kind]?.mean ?? 0) > 0));
  must(some, 'costs', 'above 0 in one op or more', 0);
  const began = wallNanoseconds();
  const outcomes: Outcome[] = [];
  for (let run = 0; run < runs; run++) {
    const one = resolveScenario(scenario, run);
    const expected = resolved.microbatches * resolved.flushes;
    const departures = new Departures(expected, resolved.ticks);
    const backlog = one.arrivals && new Backlog(expected, resolved.ticks);
    const watching = [
      departures,
      ...(backlog ? [backlog] : []),
      ...(run === 0 && onlooker ? [onlooker] : []),
    ];
    const simulation = new Simulation(one, watching.length > 1 ? onlookers(...watching) : departures).run();
    outcomes.push(outcomeOf(one, simulation, departures, backlog));
  }
  const full = outcomes.find(({ overflow }) => overflow);
  if (full?.overflow && resolved.memory?.limit !== undefined) {
    const { peakBytes } = full.stages[full.overflow.device];
    throw new MemoryError(full.overflow, peakBytes ?? 0, resolved.memory.limit);
  }
  const seconds = (wallNanoseconds() - began) / 1e9;
  const ops = outcomes.reduce((sum, outcome) => sum + outcome.ops, 0);
  const perReplication = {
    throughput: outcomes.map(({ throughput }) => throughput),
    makespan: outcomes.map(({ makespan }) => makespan),
  };
  return {
    ...meanOutcome(outcomes),
    ...{ ops, replications: runs, perReplication, eventsPerSecond: ops / seconds },
  };
}

/** whether two runs with different seeds can differ */
function isRandom({ costs, jitter, link, pauses, failures, arrivals }: Scenario): boolean {
  const drawn = stagesIn(costs).some(({ F, B, W, U }) => [F, B, W, U].some((op) => (op?.cv ?? 0) > 0));
  const spread = (jitter?.cv ?? 0) + (link?.jitter?.cv ?? 0) > 0;
  return drawn || spread || pauses !== undefined || failures !== undefined || arrivals !== undefined;
}

function meanOutcome(
  outcomes: readonly Outcome[],
): Omit<Simulated, 'replications' | 'perReplication' | 'eventsPerSecond'> {
  const [first] = outcomes;
  if (outcomes.length === 1) return { ...first, makespanCi95: null };
  const of = (pick: (outcome: Outcome) => number) => meanOf(outcomes.map(pick));
  const mean = (pick: (outcome: Outcome) => number): number => of(pick).mean;
  const most = (pick: (outcome: Outcome) => number): number => Math.max(...outcomes.map(pick));
  const throughput = of((one) => one.throughput);
  const latency = of((one) => one.latency.mean);
  const makespan = of((one) => one.makespan);
  const device = (_: DeviceOutcome, d: number): DeviceOutcome => {
    const at = (pick: (device: DeviceOutcome) => number) => (one: Outcome) => pick(one.stages[d]);
    return {
      busy: mean(at((one) => one.busy)),
      starved: mean(at((one) => one.starved)),
      blocked: mean(at((one) => one.blocked)),
      communicating: mean(at((one) => one.communicating)),
      down: mean(at((one) => one.down)),
      peakActivations: most(at((one) => one.peakActivations)),
      weightVersions: most(at((one) => one.weightVersions)),
      peakBytes: first.stages[d].peakBytes === null ? null : most(at((one) => one.peakBytes ?? 0)),
      queue: { mean: mean(at((one) => one.queue.mean)), max: most(at((one) => one.queue.max)) },
      bytes: { up: mean(at((one) => one.bytes.up)), down: mean(at((one) => one.bytes.down)) },
    };
  };
  return {
    ...first,
    makespan: makespan.mean,
    makespanCi95: makespan.ci95,
    throughput: throughput.mean,
    ci95: throughput.ci95,
    completed: mean((one) => one.completed),
    window: {
      from: mean((one) => one.window.from),
      to: mean((one) => one.window.to),
      microbatches: mean((one) => one.window.microbatches),
    },
    overloaded: overloadOf(outcomes),
    latency: {
      mean: latency.mean,
      ci95: latency.ci95,
      p50: mean((one) => one.latency.p50),
      p95: mean((one) => one.latency.p95),
      p99: mean((one) => one.latency.p99),
    },
    inside: mean((one) => one.inside),
    bubble: { ofTotal: mean((one) => one.bubble.ofTotal), ofIdeal: mean((one) => one.bubble.ofIdeal) },
    fill: mean((one) => one.fill),
    drain: mean((one) => one.drain),
    stages: first.stages.map(device),
    staleness: first.staleness,
    arrivals: { ...first.arrivals, lostShare: mean((one) => one.arrivals.lostShare) },
    lostToOutages: mean((one) => one.lostToOutages),
    overflow: outcomes.find(({ overflow }) => overflow)?.overflow ?? null,
  };
}

/** Overloaded where one replication is, by the mean growth. */
function overloadOf(outcomes: readonly Outcome[]): Outcome['overloaded'] {
  const grown = outcomes.flatMap(({ overloaded }) => (overloaded ? [overloaded.backlogPerSecond] : []));
  return grown.length > 0 ? { backlogPerSecond: meanOf(grown).mean } : null;
}

/** Energy of a simulated run: what devices take when busy and when idle. */
export interface Power {
  /** watts of a device at work, and of one that waits */
  readonly busy: number;
  readonly idle: number;
}

/** @returns joules per microbatch; @throws {RangeError} when a power is negative */
export function energyPerMicrobatch(
  { stages, makespan, throughput }: Outcome,
  { busy, idle }: Power,
): number {
  must(busy >= 0 && Number.isFinite(busy), 'watts of a busy device', '0 or more', busy);
  must(idle >= 0 && Number.isFinite(idle), 'watts of an idle device', '0 or more', idle);
  const watts = stages.reduce((sum, stage) => sum + stage.busy * busy + (1 - stage.busy) * idle, 0);
  return makespan > 0 ? watts / throughput : 0;
}
