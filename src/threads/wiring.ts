import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Arena } from '../core/arena.ts';
import { must, mustBeWhole } from '../core/check.ts';
import { make } from '../core/plan.ts';
import type { Shape } from '../data/microbatch.ts';
import { devicesFilled, wayOf } from '../graph/layout.ts';
import { mustBeRunnable } from '../graph/order.ts';
import { partition } from '../graph/partition.ts';
import { roomsOf } from '../graph/room.ts';
import { gradientOf, layersOfStages, shapesOf } from '../graph/shapes.ts';
import { learnsBackward, microbatchesPerEpoch, type ResolvedPipeline } from '../pipeline/resolve.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { type LinkEnd, planLink } from './link.ts';
import type { StagePlan } from './stage-plan.ts';

/** A pipeline cut into stages and joined by links. */
export interface Wiring {
  readonly plans: readonly StagePlan[];
  /** the same by device: each has one stage or more */
  readonly devices: readonly (readonly StagePlan[])[];
  /** this side's end of each stage's control channel */
  readonly controls: readonly MessagePort[];
  /** where the source sends */
  readonly entry: LinkEnd;
  /** where predictions come out */
  readonly exit: LinkEnd;
  readonly schedule: Schedule;
  readonly arena: Arena;
}

/**
 * Cuts the layers into groups of about equal work, one a stage, and makes the links between them.
 *
 * @param devicesOf  how many devices to take where that many can be filled
 * @param measured  what each layer costs, where that was measured; left out, its multiply-accumulates
 * @param origin  when the run began, on the machine's clock, in nanoseconds
 */
export async function wire(
  pipeline: ResolvedPipeline,
  devicesOf: (most: number) => number,
  origin: number,
  measured?: readonly number[],
): Promise<Wiring> {
  const schedule = await make<Schedule>(pipeline.schedule);
  const { shapes, costs } = await shapesOf(pipeline);
  const known = measured ?? costs;
  must(known.length === costs.length, 'costs', `${costs.length}, one a layer`, known.length);
  const backward = learnsBackward(pipeline);
  const rule = backward ? 'backward' : 'locally';
  const { flush } = pipeline;
  const microbatches = pipeline.epochs * microbatchesPerEpoch(pipeline);
  const devices = devicesOf(devicesFilled(schedule, known.length));
  mustBeWhole(devices, 'workers', 1);
  must(devices <= known.length, 'workers', `at most ${known.length}, the number of layers`, devices);
  mustBeRunnable(schedule, rule, { devices, microbatches, flush });
  const way = wayOf(schedule, devices, flush, known.length);
  const stages = way.length;
  const groups = partition(known, stages);
  const rooms = roomsOf(schedule, way, { devices, microbatches, flush });
  const first = groups.map((_, stage) => groups.slice(0, stage).reduce((sum, n) => sum + n, 0));
  const arena = Arena.over();
  const link = (name: string, shape: Shape, capacity: number): [LinkEnd, LinkEnd] => {
    const plan = planLink(name, shape, capacity, arena);
    const { port1, port2 } = new MessageChannel();
    return [
      { plan, port: port1 },
      { plan, port: port2 },
    ];
  };
  // ups[s] leads into stage s; the last one leads out of the pipeline. downs[s] leads from stage s + 1 down to stage s.
  const ups = [...first, pipeline.layers.length].map((layer, stage) => {
    // what a fixed order has in it at most, and the one that comes in meanwhile, or stages would wait for each other for ever
    const least = stage < stages ? Math.max(pipeline.capacity, rooms[stage].inputs + 1) : pipeline.capacity;
    const capacity = stage === 0 ? Math.min(least, schedule.inFlight) : least;
    return link(`link into stage ${stage}`, shapes[layer], capacity);
  });
  const downs = backward
    ? first.slice(1).map((layer, stage) => {
        const capacity = Math.max(pipeline.capacity, rooms[stage].gradients);
        return link(`gradients into stage ${stage}`, gradientOf(shapes[layer]), capacity);
      })
    : [];
  const channels = groups.map(() => new MessageChannel());
  const progress = Array.from({ length: devices }, () => new Int32Array(new SharedArrayBuffer(8)).fill(-1));
  const plans = layersOfStages(pipeline, shapes, groups).map((own, stage): StagePlan => {
    return {
      stage,
      stages,
      ...{ device: way[stage], devices },
      ...own,
      learns: rule,
      products: pipeline.products,
      tile: pipeline.tile,
      kernels: pipeline.kernels,
      memory: arena.memory,
      optimiser: pipeline.optimiser,
      negatives: pipeline.negatives,
      schedule: pipeline.schedule,
      seed: pipeline.seed,
      microbatches,
      flush,
      steps: Math.ceil(microbatches / flush),
      up: ups[stage][1],
      out: ups[stage + 1][0],
      last: stage === groups.length - 1,
      above: downs[stage]?.[1],
      below: downs[stage - 1]?.[0],
      control: channels[stage].port2,
      origin,
      progress: progress[way[stage]],
    };
  });
  const byDevice = progress.map((_, device) => plans.filter((plan) => plan.device === device));
  const controls = channels.map(({ port1 }) => port1);
  const busy = byDevice.filter((own) => own.length > 0);
  return { plans, devices: busy, controls, entry: ups[0][0], exit: ups[ups.length - 1][1], schedule, arena };
}
