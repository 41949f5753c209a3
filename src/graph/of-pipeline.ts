import { must, mustBeWhole } from '../core/check.ts';
import { learnsBackward, type ResolvedPipeline } from '../pipeline/resolve.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { Edge, Graph, Stage } from './graph.ts';
import { wayOf } from './layout.ts';
import { mustFlow } from './must-flow.ts';
import { partition } from './partition.ts';
import { type Room, roomsOf } from './room.ts';
import { gradientOf, heardFrom, type LayerShapes, scoresOf } from './shapes.ts';

/** Into how many parts a pipeline is cut. */
export interface Division {
  /** threads or simulated devices, 1 … as many as the layers fill */
  readonly devices: number;
  /** microbatches to learn in the whole run; Infinity where it does not end by itself */
  readonly microbatches: number;
  /** what each layer costs, in any unit, by which layers are shared out; left out, their multiply-accumulates [layers] */
  readonly costs?: readonly number[] | undefined;
}

/**
 * Cuts the layers into groups of about equal work, one a stage, and joins them by the edges that their rule needs.
 *
 * @throws {RangeError} when there are fewer layers than stages, a cost is missing, or the graph could not flow
 */
export function graphOf(
  pipeline: ResolvedPipeline,
  schedule: Schedule,
  { shapes, costs }: LayerShapes,
  { devices, microbatches, costs: measured = costs }: Division,
): Graph {
  const { flush, layers } = pipeline;
  must(measured.length === costs.length, 'costs', `${costs.length}, one a layer`, measured.length);
  mustBeWhole(devices, 'workers', 1);
  must(devices <= layers.length, 'workers', `at most ${layers.length}, the number of layers`, devices);
  const way = wayOf(schedule, devices, flush, layers.length);
  const groups = partition(measured, way.length);
  let layer = 0;
  const stages = groups.map((count, id): Stage => {
    layer += count;
    return { id, device: way[id], layers: Array.from({ length: count }, (_, i) => layer - count + i) };
  });
  const rooms = roomsOf(schedule, way, { devices, microbatches, flush });
  const activity = activityEdges(pipeline, schedule, stages, { shapes, costs }, rooms);
  const edges = [
    ...activity,
    ...(learnsBackward(pipeline) ? gradientEdges(activity, pipeline.capacity, schedule, rooms) : []),
    ...topDownEdges(pipeline, stages, shapes),
    ...scoresEdges(pipeline, shapes),
  ];
  const graph = { devices, stages, edges };
  mustFlow(graph);
  return graph;
}

function activityEdges(
  { capacity, edges, layers }: ResolvedPipeline,
  { inFlight }: Schedule,
  stages: readonly Stage[],
  { shapes }: LayerShapes,
  rooms: readonly Room[],
): Edge[] {
  const last = stages.length - 1;
  // of layers that settle: what the pass from the bottom up left on the edge is read at the first iteration
  const delay = layers[0].settles ? 1 : 0;
  const into = stages.map((stage): Edge => {
    // what a fixed order holds at most, and the one that comes in meanwhile, or stages would wait for each other for ever
    const least = Math.max(capacity, rooms[stage.id].inputs + 1);
    return {
      from: stage.id === 0 ? 'source' : stage.id - 1,
      to: stage.id,
      carries: 'activity',
      shape: shapes[stage.layers[0]],
      capacity: stage.id === 0 ? Math.min(least, inFlight) : Math.max(least, 2 * delay),
      delay: stage.id === 0 ? 0 : delay,
      ...(stage.id > 0 && overflowInto(stage.id, edges)),
    };
  });
  const shape = shapes[shapes.length - 1];
  return [...into, { from: last, to: 'sink', carries: 'activity', shape, capacity, delay: 0 }];
}

/** What the edge into a stage loses; nothing where it blocks. */
function overflowInto(stage: number, edges: ResolvedPipeline['edges']): Pick<Edge, 'drops'> {
  const own = edges.find(({ into }) => into === stage) ?? edges.find(({ into }) => into === undefined);
  if (own === undefined || own.overflow.lossless) return {};
  return { drops: { overflow: own.overflow, room: own.room ?? 16 } };
}

/** Beside every activity edge between stages one that leads back. */
function gradientEdges(
  activity: readonly Edge[],
  capacity: number,
  { gradientDelay: delay = 0 }: Schedule,
  rooms: readonly Room[],
): Edge[] {
  return activity.flatMap(({ from, to, shape }): Edge[] =>
    typeof from === 'number' && typeof to === 'number' && shape !== undefined
      ? [
          {
            ...{ from: to, to: from, carries: 'gradient', shape: gradientOf(shape) },
            ...{ capacity: Math.max(capacity, rooms[from].gradients + delay), delay },
          },
        ]
      : [],
  );
}

/** Where the last layer of a stage listens to the layer above, or settles with it, which is the next stage's first. */
function topDownEdges(
  { layers }: ResolvedPipeline,
  stages: readonly Stage[],
  shapes: LayerShapes['shapes'],
): Edge[] {
  return stages.slice(0, -1).flatMap(({ id, layers: own }): Edge[] => {
    const top = own[own.length - 1];
    const shape = heardFrom(top, layers, shapes);
    if (shape === undefined) return [];
    return [{ from: id + 1, to: id, carries: 'top-down', shape, capacity: 2, delay: 1 }];
  });
}

/** Where negatives are drawn from what the whole network scores: as far behind as their lag. */
function scoresEdges({ negatives }: ResolvedPipeline, shapes: LayerShapes['shapes']): Edge[] {
  if (negatives?.asks === undefined) return [];
  const { lag } = negatives.asks;
  const shape = scoresOf(shapes[shapes.length - 1]);
  return [{ from: 'sink', to: 'source', carries: 'scores', shape, capacity: lag + 1, delay: lag }];
}
