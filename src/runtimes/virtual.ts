import { setImmediate } from 'node:timers/promises';
import { Arena } from '../core/arena.ts';
import { must, mustBePositive, mustBeWhole } from '../core/check.ts';
import { wallNanoseconds } from '../core/clock.ts';
import { make } from '../core/plan.ts';
import type { TraceEvent } from '../core/trace.ts';
import type { Shape } from '../data/microbatch.ts';
import { constant } from '../distributions/constant.ts';
import { devicesFilled } from '../graph/layout.ts';
import { partition } from '../graph/partition.ts';
import { layersOfStages, shapesOf } from '../graph/shapes.ts';
import { learnsBackward, microbatchesPerEpoch, type ResolvedPipeline } from '../pipeline/resolve.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { Simulation } from '../simulation/engine/simulation.ts';
import { stagesOf } from '../simulation/engine/stages.ts';
import {
  type ResolvedScenario,
  resolveScenario,
  type Scenario,
  type StageCosts,
} from '../simulation/scenario.ts';
import { VirtualStages } from '../virtual/virtual-stages.ts';
import { VirtualTiming } from '../virtual/virtual-timing.ts';
import { type Chain, disposeAll } from '../work/chain.ts';
import { inPlace } from '../work/in-place.ts';
import { makeChain } from '../work/make-chain.ts';
import { reasonOf, StageError } from '../work/stage-error.ts';
import type { Runtime } from './runtime.ts';

/** What the simulated machine is like; the pipeline says the rest. */
export interface VirtualOptions
  extends Pick<Scenario, 'jitter' | 'slow' | 'pauses' | 'failures' | 'link' | 'blocking'> {
  /** devices; left out, one a layer, or where a schedule gives each several stages as many as the layers fill */
  readonly devices?: number;
  /** of each device; left out, what its layers' multiply-accumulates take at `macsPerSecond` */
  readonly costs?: Scenario['costs'];
  /** multiply-accumulates a second of each device, where costs are left out; left out, 40e9 */
  readonly macsPerSecond?: number;
  /** whether the ops really compute; `false`: timing only, which takes no data and no arithmetic. Left out, true */
  readonly learning?: boolean;
}

/** nanoseconds of wall time between two looks at what else there is to do on this thread */
const turn = 20e6;

/**
 * Learning in virtual time, on one thread: every op really computes, in the order in which it would on so many simulated
 * devices, and takes the virtual time that a device would take. So accuracy comes out against virtual time, with the
 * staleness that a schedule has; where nothing depends on timing, the weights are those of `inline` and `workers` to the bit.
 *
 * Predictions take no virtual time. Running ones are made as the microbatch before which they come goes in, the others
 * once every stage has learned from the last sample before them; each stage predicts with the weights that it has then, and
 * the first ones may have learned from some more. An aborted run stops where it is; what is inside is not finished.
 *
 * @throws {RangeError} when the run begins: for schedules that keep two copies of a stage or hand weights over, and for
 *   negatives that ask the whole network; at once, for a speed or a number of devices that is none
 */
export function virtual(options: VirtualOptions = {}): Runtime {
  const { macsPerSecond = 40e9 } = options;
  mustBePositive(macsPerSecond, 'macsPerSecond');
  if (options.devices !== undefined) mustBeWhole(options.devices, 'devices', 1);
  return {
    name: 'virtual',
    stages: (layers) => options.devices ?? layers,
    launch: () => {
      throw new TypeError('runtime virtual launches no stages: it carries a pipeline out itself');
    },
    carryOut: (pipeline, emit, signal) => carryOut(pipeline, { ...options, macsPerSecond }, emit, signal),
  };
}

async function carryOut(
  pipeline: ResolvedPipeline,
  options: VirtualOptions & { readonly macsPerSecond: number },
  emit: (event: TraceEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const schedule = { ...(await make<Schedule>(pipeline.schedule)), overlooksWraps: false };
  mustLearn(schedule, pipeline);
  const { shapes, costs } = await shapesOf(pipeline);
  const devices = options.devices ?? devicesFilled(schedule, costs.length);
  const microbatches = pipeline.epochs * microbatchesPerEpoch(pipeline);
  const base = { schedule, devices, ...flushesOf(schedule, pipeline.flush, microbatches) };
  const count = stagesOf({ ...base, costs: { F: constant(0) } }).count;
  must(count <= costs.length, 'stages', `at most ${costs.length}, the layers`, count);
  const groups = partition(costs, count);
  const scenario = resolveScenario({
    ...base,
    costs: options.costs ?? costsAt(options.macsPerSecond, { pipeline, schedule, costs, groups, devices }),
    capacity: learnsBackward(pipeline) ? Number.POSITIVE_INFINITY : pipeline.capacity,
    seed: pipeline.seed,
    blocking: options.blocking ?? 'before',
    ...(options.link && { link: options.link }),
    ...(options.jitter && { jitter: options.jitter }),
    ...(options.slow && { slow: options.slow }),
    ...(options.pauses && { pauses: options.pauses }),
    ...(options.failures && { failures: options.failures }),
  });
  if (options.learning === false) {
    const timing = new VirtualTiming(pipeline, stagesOf(scenario).ofDevice, emit);
    emit({ ...startOf(count, devices), tile: 'none, virtual time only', kernels: 'none' });
    await carryOn(new Simulation(scenario, timing), microbatches, signal);
    return;
  }
  await learn(pipeline, { scenario, groups, shapes, microbatches }, emit, signal);
}

/** What a pipeline is in virtual time. */
interface Plan {
  readonly scenario: ResolvedScenario;
  /** layers of each stage */
  readonly groups: readonly number[];
  readonly shapes: readonly Shape[];
  readonly microbatches: number;
}

async function learn(
  pipeline: ResolvedPipeline,
  { scenario, groups, shapes, microbatches }: Plan,
  emit: (event: TraceEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const arena = Arena.over();
  const kernels = await make(pipeline.kernels, arena);
  const products = await make(pipeline.products, arena);
  const tiles = await make(pipeline.tile, { arena, kernels, products });
  const { negatives, optimiser, seed } = pipeline;
  const plans = layersOfStages(pipeline, shapes, groups).map((own, stage) => ({ stage, ...own }));
  const chains: Chain[] = [];
  try {
    for (const { stage, ...own } of plans) {
      const steps = Math.ceil(microbatches / pipeline.flush);
      const plan = { ...own, negatives, optimiser, seed, steps };
      const made = makeChain(plan, { arena, kernels, tiles }).catch((error: unknown) => {
        throw new StageError({ stage }, reasonOf(error), error);
      });
      chains.push(await made);
    }
    const learning = new VirtualStages(pipeline, scenario, { plans, chains, shapes, arena, kernels }, emit);
    const simulation = new Simulation(scenario, learning);
    learning.clock = () => simulation.now;
    emit({
      ...startOf(groups.length, scenario.devices),
      tile: `${tiles.description}, virtual time`,
      kernels: kernels.description,
    });
    await carryOn(simulation, microbatches, signal);
    learning.finish(signal.aborted);
  } catch (error) {
    try {
      letGo(chains);
    } catch {
      // why the run failed says more than why a layer could not be let go
    }
    throw error;
  }
  letGo(chains);
}

function letGo(chains: readonly Chain[]): void {
  disposeAll(chains.map((chain, stage) => ({ dispose: () => inPlace({ stage }, () => chain.dispose()) })));
}

/** Runs a simulation to its end, or until the signal says so, and lets others have their turn. */
async function carryOn(simulation: Simulation, microbatches: number, signal: AbortSignal): Promise<void> {
  let last = wallNanoseconds();
  while (!signal.aborted && microbatches > 0 && simulation.advance(1)) {
    if (wallNanoseconds() - last < turn) continue;
    await setImmediate();
    last = wallNanoseconds();
  }
}

function startOf(stages: number, devices: number) {
  return { kind: 'start', stages, ...(devices < stages && { devices }), start: 0 } as const;
}

function mustLearn(schedule: Schedule, { negatives, layers, flush }: ResolvedPipeline): void {
  const rule = layers[0].learns;
  const { name } = schedule;
  must(schedule.serves.includes(rule), 'schedule', `one for layers that learn ${rule}`, name);
  must(schedule.sendsActivityAfter !== 'W', 'schedule', 'one that sends activities, not weights', name);
  must((schedule.layout?.(2, 4).length ?? 1) === 1, 'schedule', 'one with one copy of each stage', name);
  must(
    schedule.updates !== 'window',
    'schedule',
    'one that updates with every microbatch or every flush',
    name,
  );
  const alone = flush === 1 || schedule.updates !== 'microbatch';
  must(alone, 'flush', `1 or left out with schedule '${name}', which updates with every microbatch`, flush);
  must(
    negatives?.asks === undefined,
    'negatives in virtual time',
    'drawn by the first layer',
    negatives?.name,
  );
}

function flushesOf(schedule: Schedule, flush: number, microbatches: number) {
  if (schedule.updates !== 'flush' || microbatches === 0)
    return { microbatches: Math.max(1, microbatches), flushes: 1 };
  const flushes = Math.ceil(microbatches / flush);
  const lastFlush = microbatches - (flushes - 1) * flush;
  return flushes === 1 ? { microbatches, flushes } : { microbatches: flush, flushes, lastFlush };
}

interface Cut {
  readonly pipeline: ResolvedPipeline;
  readonly schedule: Schedule;
  /** multiply-accumulates a sample of each layer */
  readonly costs: readonly number[];
  /** layers of each stage */
  readonly groups: readonly number[];
  readonly devices: number;
}

/** What each device's layers take: a local layer's work is half F and half W; a backward one's F, B and W, the first's no B. */
function costsAt(macsPerSecond: number, { pipeline, schedule, costs, groups, devices }: Cut): StageCosts[] {
  const backward = learnsBackward(pipeline);
  const { device } = stagesOf({ schedule, devices, microbatches: devices, costs: { F: constant(0) } });
  const sums = Array.from({ length: devices }, () => ({ F: 0, B: 0, W: 0 }));
  let index = 0;
  for (const [stage, size] of groups.entries()) {
    for (let i = 0; i < size; i++, index++) {
      const sum = sums[device[stage]];
      const all = (1e9 * costs[index] * pipeline.microbatch) / macsPerSecond;
      const parts = backward && index > 0 ? 3 : 2;
      sum.F += all / parts;
      sum.W += all / parts;
      if (parts === 3) sum.B += all / parts;
    }
  }
  const whole = (time: number) => constant(Math.round(time));
  return sums.map(({ F, B, W }) => ({ F: whole(F), W: whole(W), ...(backward && { B: whole(B) }) }));
}
