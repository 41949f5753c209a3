import type { Arrivals } from '../arrivals/arrival.ts';
import { must, mustBePositive, mustBeWhole } from '../core/check.ts';
import { type Random, random } from '../core/random.ts';
import type { Distribution } from '../distributions/distribution.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { Cluster, Parallel } from './cluster/cluster.ts';
import { type MemoryModel, mustBeMemory } from './cluster/memory.ts';
import { allReducesOf, endsOnTensorRanks, onTensorRanks } from './cluster/parallel.ts';
import { type Kept, keeping, type ResolvedKept, resolveKept } from './costs/kept.ts';
import { edgesOf, type ResolvedEdges, type TopDown } from './edges.ts';
import { ticksOf } from './ticks.ts';

/** How long each op of one stage lasts, in nanoseconds; what is left out lasts no time. */
export interface StageCosts {
  readonly F: Distribution;
  readonly B?: Distribution;
  readonly W?: Distribution;
  readonly U?: Distribution;
}

/** What lies between two devices. */
export interface LinkModel {
  /** nanoseconds from the end of sending to arrival, ≥ 0: of every link, or of each, as `capacity` has them */
  readonly latency: number | readonly number[];
  /** stretches the latency of each message; left out, none. A message never overtakes the one before */
  readonly jitter?: Distribution;
  /** bytes per second; left out, unbounded */
  readonly bandwidth?: number;
  /** `half`: both directions share the bandwidth; left out, `full` */
  readonly duplex?: 'full' | 'half';
  /** whether a device computes while it sends; left out, true */
  readonly overlap?: boolean;
}

/** A device that stands still now and then. */
export interface Pauses {
  /** mean nanoseconds from one to the next, exponential */
  readonly every: number;
  readonly lasts: Distribution;
}

/** A device that fails, loses the op at hand and all since its last checkpoint, restarts, and makes that again. */
export interface Failures {
  /** mean nanoseconds from one to the next on each device, exponential */
  readonly every: number;
  /** nanoseconds until it runs again */
  readonly restart: number;
  /** nanoseconds of work between two checkpoints */
  readonly checkpoint: number;
}

/** What is simulated. */
export interface Scenario {
  readonly schedule: Schedule;
  /** devices, ≥ 1 */
  readonly devices: number;
  /** microbatches of one flush; of the whole run where the schedule doesn't flush, ≥ 1 */
  readonly microbatches: number;
  /** flushes one after the other, ≥ 1; left out, 1 */
  readonly flushes?: number;
  /** microbatches of the last flush; left out, as many as of the others */
  readonly lastFlush?: number;
  /** microbatches between two updates of a schedule that updates by windows; left out, as many as there are devices */
  readonly window?: number;
  /** of every device, or of each  [devices] */
  readonly costs: StageCosts | readonly StageCosts[];
  /**
   * share of the samples that is learned from, 0 to 1, the same all the time or part by part: B and W of every stage, the ends
   * of a path included, take so much of their time, and so does the forward that a schedule makes again before B, for it is of
   * those samples alone; a backward given as one op, B or W, does as a whole. F, U and messages stay. In a schedule of several
   * paths the n-th microbatch of a path is the n-th of all times the number of paths. Left out, 1
   */
  readonly kept?: Kept;
  /** stretches each op anew; left out, none */
  readonly jitter?: Distribution;
  /** devices that are slower all the time: 2 takes twice as long */
  readonly slow?: readonly { readonly device: number; readonly factor: number }[];
  readonly pauses?: Pauses;
  readonly failures?: Failures;
  readonly link?: LinkModel;
  /** nodes and devices with links inside and between them, in place of `link`; left out, `link` says what lies between devices */
  readonly cluster?: Cluster;
  /** devices that share each op of a pipeline device, and copies of the whole pipeline; left out, 1 and 1 */
  readonly parallel?: Partial<Parallel>;
  /** what the first stage of each path does more than its device's costs say, and the last: embedding, loss */
  readonly ends?: { readonly first?: Partial<StageCosts>; readonly last?: Partial<StageCosts> };
  /** of one microbatch's activity, and of its gradient, on each link, or on those out of each device; left out, 0 */
  readonly bytes?: number | readonly number[];
  /** what devices hold, in bytes; left out, microbatches are counted only */
  readonly memory?: MemoryModel;
  /** how many times `bytes` an activity is: 2 where positive and negative rows travel together; left out, 1 */
  readonly streams?: number;
  /**
   * microbatches that a link holds, the one being worked on included, as everywhere in forwardflow: b slots between two
   * machines are a capacity of b + 1. Left out, as many as come.
   * A list has one number for each link between two stages, that into stage 1 first; Infinity where nothing bounds it
   */
  readonly capacity?: number | readonly number[];
  /** edges from a stage to the one before it; left out, none */
  readonly topDown?: readonly TopDown[];
  /**
   * when a stage needs room on the link: `after` it has made an activity (blocking after service), or `before` it begins to, as
   * the stages of a real run do, which write it there; left out, `after`
   */
  readonly blocking?: 'after' | 'before';
  /** when microbatches come; left out, there is always one more: a saturated line */
  readonly arrivals?: Arrivals;
  readonly seed?: number;
}

/** A scenario with nothing left out that a simulation needs. */
export interface ResolvedScenario extends Scenario, ResolvedEdges {
  readonly flushes: number;
  readonly lastFlush: number;
  readonly window: number;
  /** with B and W of what is kept, of its mean where that changes  [devices] */
  readonly stages: readonly StageCosts[];
  readonly keeps: ResolvedKept;
  readonly link: LinkModel;
  readonly bytes: number | readonly number[];
  readonly parallel: Parallel;
  /** nanoseconds that the U of a whole device's weights has more, for replicas agree on their gradients  [devices] */
  readonly allReduces: readonly number[];
  readonly streams: number;
  readonly capacity: number | readonly number[];
  /** parts of a nanosecond that the simulation counts time in: 1, or more where times are small */
  readonly ticks: number;
  /** the stream that all draws are forked from */
  readonly root: Random;
}

/**
 * @param replication  0 or more: each has draws of its own
 * @throws {RangeError} one sentence for the first field that breaks its rule
 */
export function resolveScenario(scenario: Scenario, replication = 0): ResolvedScenario {
  const { schedule, devices, microbatches, link = { latency: 0 } } = scenario;
  const { flushes = 1, window = devices, bytes = 0, streams = 1, seed = 1 } = scenario;
  const { lastFlush = microbatches, capacity = Number.POSITIVE_INFINITY, kept = 1 } = scenario;
  mustBeWhole(devices, 'stages', 1);
  must(devices <= 65_536, 'stages', 'at most 65,536', devices);
  const given = stagesIn(scenario.costs);
  const stages = Array.isArray(scenario.costs) ? given : Array.from({ length: devices }, () => given[0]);
  const root = random(seed).fork(`replication ${replication}`);
  const parallel = { tensor: 1, replicas: 1, tensorReduces: 0, ...scenario.parallel };
  const own = { flushes, lastFlush, window, link, bytes, parallel, streams, capacity, root };
  const whole = { ...scenario, ...own, stages, allReduces: [] };
  mustFlow(whole);
  mustSuitDevices(whole);
  const keeps = resolveKept(kept, (flushes - 1) * microbatches + lastFlush);
  const filled = { ...whole, ...keeping(whole, keeps.mean), keeps };
  mustSuitLink(filled);
  mustBeWhole(seed, 'seed', 0);
  const flowing = schedule.updates === 'window' ? window : microbatches;
  schedule.mustSuit?.(devices, flowing);
  if (flushes > 1) schedule.mustSuit?.(devices, lastFlush);
  mustFit(filled);
  const edges = edgesOf(filled);
  const ranks = { stages: onTensorRanks(filled), ...endsOnTensorRanks(filled.ends, parallel.tensor) };
  const timed = { ...filled, ...edges, ...ranks, allReduces: allReducesOf(filled) };
  return { ...timed, ticks: ticksOf(timed) };
}

/** What a scenario says itself, and the defaults of what it leaves out. */
type Filled = Omit<ResolvedScenario, keyof ResolvedEdges | 'ticks' | 'keeps'>;

/** What comes, and in which portions. */
function mustFlow(scenario: Filled): void {
  const { schedule, microbatches, flushes, lastFlush, window, arrivals } = scenario;
  mustBeWhole(microbatches, 'microbatches', 1);
  mustBeWhole(flushes, 'flushes', 1);
  must(microbatches * flushes <= 1e9, 'microbatches', 'at most 1,000,000,000 in all', microbatches * flushes);
  must(
    Number.isInteger(lastFlush) && lastFlush >= 1 && lastFlush <= microbatches,
    'microbatches of the last flush',
    `a whole number from 1 to ${microbatches}`,
    lastFlush,
  );
  mustBeWhole(window, 'window', 1, 'microbatches');
  must(
    flushes === 1 || schedule.updates === 'flush',
    'flushes',
    `1 with schedule ${schedule.name}, which never flushes`,
    flushes,
  );
  must(
    arrivals === undefined || schedule.next !== undefined,
    'arrivals',
    `left out with schedule ${schedule.name}, whose order is fixed`,
    arrivals?.name,
  );
}

/** microbatches of which a simulation keeps when they came in */
const insideAtMost = 2 ** 24;

/** What a schedule holds all of at once must fit in memory. */
function mustFit({ schedule, microbatches }: Filled): void {
  must(
    schedule.holdsFlush !== true || microbatches <= insideAtMost,
    `microbatches of ${schedule.name}`,
    `at most ${insideAtMost.toLocaleString('en-US')} a flush, for all of them are inside at once`,
    microbatches,
  );
}

function mustSuitDevices({ devices, stages, slow = [], pauses, failures }: Filled): void {
  must(
    stages.length === devices,
    'costs',
    `one for all stages, or one for each of ${devices}`,
    stages.length,
  );
  for (const one of stages.flatMap(({ F, B, W, U }) => [F, B, W, U])) {
    if (one) must(one.mean >= 0 && Number.isFinite(one.mean), 'cost', 'finite, 0 or more', one.mean);
  }
  for (const { device, factor } of slow) {
    mustBeWhole(device, 'slow stage', 0);
    must(device < devices, 'slow stage', `below ${devices}, the stages`, device);
    mustBePositive(factor, 'factor of a slow stage');
  }
  if (pauses) mustBePositive(pauses.every, 'nanoseconds between pauses');
  if (!failures) return;
  mustBePositive(failures.every, 'nanoseconds between failures');
  mustBePositive(failures.checkpoint, 'checkpoint of failures (nanoseconds of work)');
  must(failures.restart >= 0, 'restart of failures (nanoseconds)', '0 or more', failures.restart);
}

function mustSuitLink({ link, bytes, streams, devices, memory, blocking = 'after' }: Filled): void {
  const { bandwidth, duplex = 'full' } = link;
  if (typeof bytes !== 'number')
    must(bytes.length === devices, 'bytes', `one number, or one for each of ${devices}`, bytes.length);
  if (memory) mustBeMemory(memory, devices);
  if (bandwidth !== undefined) mustBePositive(bandwidth, 'bandwidth');
  must(duplex === 'full' || duplex === 'half', 'duplex', "'full' or 'half'", duplex);
  for (const one of typeof bytes === 'number' ? [bytes] : bytes)
    must(Number.isFinite(one) && one >= 0, 'bytes', 'a finite number, 0 or more', one);
  mustBeWhole(streams, 'streams', 1);
  must(blocking === 'after' || blocking === 'before', 'blocking', "'after' or 'before'", blocking);
}

/** The costs that a scenario names: of every device, or one for all. */
export function stagesIn(costs: Scenario['costs']): readonly StageCosts[] {
  return Array.isArray(costs) ? costs : [costs as StageCosts];
}
