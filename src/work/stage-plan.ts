import type { State } from '../core/state.ts';
import type { Parameter } from '../core/trace.ts';
import type { Shape } from '../data/microbatch.ts';
import type { Graph } from '../graph/graph.ts';
import { heardFrom, type LayerShapes } from '../graph/shapes.ts';
import type { KernelsPlan } from '../kernels/kernel.ts';
import type { LayerPlan } from '../layers/layer.ts';
import type { NegativesPlan } from '../negatives/negative.ts';
import type { OptimiserPlan } from '../optimisers/optimiser.ts';
import type { OverflowPlan } from '../overflows/overflow.ts';
import { labelNegativesOf, learnsBackward, type ResolvedPipeline } from '../pipeline/resolve.ts';
import type { ProductsPlan } from '../products/product.ts';
import type { Schedule, SchedulePlan } from '../schedules/schedule.ts';
import type { TilePlan } from '../tiles/tile.ts';
import type { Checkpoint } from './checkpoints/checkpoint.ts';

/** A layer of a stage, with what it is sent and what it sends. */
export interface PlannedLayer {
  readonly index: number;
  readonly plan: LayerPlan;
  readonly input: Shape;
  readonly output: Shape;
  /** what the layer above sends, where this layer listens to it or settles with it */
  readonly above: Shape | undefined;
}

/** All that the work of a stage follows from, as plain data that crosses to its thread. */
export interface StagePlan {
  /** on the way through the pipeline, from 0 */
  readonly stage: number;
  readonly stages: number;
  /** whose thread it shares with the device's other stages */
  readonly device: number;
  readonly devices: number;
  readonly layers: readonly PlannedLayer[];
  readonly learns: 'locally' | 'backward';
  readonly products: ProductsPlan;
  readonly tile: TilePlan;
  readonly kernels: KernelsPlan;
  readonly optimiser: OptimiserPlan;
  readonly negatives: NegativesPlan | undefined;
  /** what the layers start from instead of fresh weights: names as `parameters()` gives them */
  readonly weights: readonly Parameter[];
  readonly schedule: SchedulePlan;
  /** the weights by which the schedule has B go back; left out, those of the F */
  readonly goesBackBy?: 'newest' | undefined;
  readonly seed: number;
  /** microbatches that were learned from before this run began */
  readonly from: number;
  /** microbatches to learn in this run */
  readonly microbatches: number;
  /** microbatches behind one update */
  readonly flush: number;
  /** updates that the run will have made at its end, those before it began included */
  readonly steps: number;
  /** time that passes on the pipeline's clock for each microbatch learned from, in nanoseconds */
  readonly microbatchTime: number;
  /** whether no stage comes after: then only predictions go out, not the activity of what is learned */
  readonly last: boolean;
  /** what is lost where more than `room` microbatches wait for the edge out of it; left out, nothing */
  readonly drops: { readonly overflow: OverflowPlan; readonly room: number } | undefined;
  /** whether the last layer of the stage below listens to this stage's first */
  readonly heardBelow: boolean;
  /** what its layers start from where the run goes on from a checkpoint */
  readonly state: State | undefined;
  /** microbatches between two checkpoints; left out, none are taken */
  readonly checkpointEvery: number | undefined;
  /** of every so many microbatches learned from one has its rows counted by their goodness; left out, none has */
  readonly goodnessEvery?: number | undefined;
  /** microbatches between two states from which the stage goes on if it dies; left out, none are taken */
  readonly keepEvery?: number | undefined;
  /** how far what was here before it died has come: microbatches of this run, whose state is `state`, and predictions */
  readonly begun: { readonly learned: number; readonly predicted: number };
}

/** What stages are planned from. */
export interface PlanSources {
  readonly pipeline: ResolvedPipeline;
  readonly graph: Graph;
  readonly layers: LayerShapes;
  /** what the pipeline's schedule says of itself */
  readonly schedule: Pick<Schedule, 'goesBackBy'>;
  /** microbatches of the whole run; Infinity where it does not end by itself */
  readonly microbatches: number;
  readonly from?: Checkpoint | undefined;
  readonly checkpointEvery?: number | undefined;
  /** of every so many microbatches learned from one has its rows counted by their goodness; left out, none has */
  readonly goodnessEvery?: number | undefined;
}

/** The plans of all stages of a graph, in their order. */
export function stagePlans({ pipeline, graph, layers, microbatches, ...sources }: PlanSources): StagePlan[] {
  const { shapes } = layers;
  const { products, tile, kernels, optimiser, schedule, seed, flush, microbatchTime } = pipeline;
  const { from, checkpointEvery, goodnessEvery } = sources;
  const begun = from?.microbatch ?? 0;
  return graph.stages.map(({ id, device, layers: indices }): StagePlan => {
    const own = new Set(indices.map((index) => `layer${index}`));
    const [first] = indices;
    return {
      ...{ stage: id, stages: graph.stages.length, device, devices: graph.devices },
      layers: indices.map((index) => ({
        index,
        plan: pipeline.layers[index],
        input: shapes[index],
        output: shapes[index + 1],
        above: heardFrom(index, pipeline.layers, shapes),
      })),
      learns: learnsBackward(pipeline) ? 'backward' : 'locally',
      ...{
        products,
        tile,
        kernels,
        optimiser,
        negatives: labelNegativesOf(pipeline),
        schedule,
        seed,
        flush,
        microbatchTime,
        from: begun,
      },
      ...(sources.schedule.goesBackBy && { goesBackBy: sources.schedule.goesBackBy }),
      weights: pipeline.weights.filter(({ name }) => own.has(name.split('.')[0])),
      microbatches: microbatches - begun,
      steps: Math.ceil(microbatches / flush),
      last: id === graph.stages.length - 1,
      drops: dropsBehind(id, graph),
      heardBelow: first > 0 && pipeline.layers[first - 1].topDown === true,
      state: from && stateOf(from.state, own),
      checkpointEvery,
      goodnessEvery,
      begun: { learned: 0, predicted: 0 },
    };
  });
}

function dropsBehind(stage: number, { edges }: Graph): StagePlan['drops'] {
  const out = edges.find(({ from, carries }) => from === stage && carries === 'activity');
  const { overflow, room = 1 } = out?.drops ?? {};
  return overflow?.plan && { overflow: overflow.plan, room };
}

function stateOf(state: State, own: ReadonlySet<string>): State {
  return Object.fromEntries(Object.entries(state).filter(([name]) => own.has(name.split('/')[0])));
}
