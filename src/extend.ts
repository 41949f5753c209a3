// forwardflow/extend: what a member of your own needs: data, layer, tile, kernels, sampler, loss, optimiser, schedule, measure
// or runtime. Names that everyday work needs are in forwardflow.

// data
export type { Augmentation } from './augmentations/augmentation.ts';
// any member: how it is planned, what it works with
export { Arena } from './core/arena.ts';
export { must, mustBePositive, mustBeShare, mustBeWhole } from './core/check.ts';
export { wallNanoseconds } from './core/clock.ts';
export type { Matrix } from './core/matrix.ts';
export { matrix } from './core/matrix.ts';
export type { Plan } from './core/plan.ts';
export { make, plan } from './core/plan.ts';
export type { Random } from './core/random.ts';
export { permutation, random } from './core/random.ts';
export type { State, StateArray, Stateful } from './core/state.ts';
export { arrayIn, arrays, below, joined } from './core/state.ts';
// runtimes
export { loadTypeScript, threadArguments } from './core/thread.ts';
// measures, and the trace they fold
export type * from './core/trace.ts';
export { neutralScale, overlay } from './data/encoding.ts';
export type { Part } from './data/folder.ts';
export type { Idx } from './data/idx.ts';
export { readIdx, writeIdx } from './data/idx.ts';
export type { Microbatch, Shape } from './data/microbatch.ts';
export { blocks, copy, passOn, rowsFor } from './data/microbatch.ts';
// layers, and what they are made with
export type { Goodness, GoodnessPlan } from './goodness/goodness.ts';
// schedules
export { canLearn } from './graph/can-learn.ts';
export type { Carries, Edge, Graph, Stage, StageId } from './graph/graph.ts';
export { nameOfEdge } from './graph/graph.ts';
export { devicesFilled } from './graph/layout.ts';
export type { AdamStep, Kernels, KernelsPlan, MomentumStep, Workplace } from './kernels/kernel.ts';
export { plainKernels } from './kernels/plain.ts';
export { simdKernels } from './kernels/simd.ts';
export type {
  Layer,
  LayerContext,
  LayerModule,
  LayerOptions,
  LayerPlan,
  Memory,
} from './layers/layer.ts';
export type { Loss, LossPlan } from './losses/loss.ts';
export { sigmoid, softplus } from './losses/loss.ts';
export type { Made, Measure, MeasureFactories } from './measures/measure.ts';
export { makeMeasures } from './measures/measure.ts';
export type { Asks, Negatives, NegativesPlan } from './negatives/negative.ts';
export { drawBySoftmax } from './negatives/negative.ts';
export type { Optimiser, OptimiserPlan, RateOptions, Stepper } from './optimisers/optimiser.ts';
export { rateOf } from './optimisers/optimiser.ts';
export type { ResolvedPipeline } from './pipeline/resolve.ts';
export type { Devices, Offer, Runtime } from './runtimes/runtime.ts';
export type {
  Path,
  Place,
  Ready,
  Schedule,
  ScheduleFactory,
  ScheduleOption,
  SchedulePlan,
  Step,
} from './schedules/schedule.ts';
export { alternate, backpropOrder, bothWays, line, step } from './schedules/schedule.ts';
// tiles
export { blas } from './tiles/blas.ts';
export { plain } from './tiles/plain.ts';
export { simd } from './tiles/simd.ts';
export { tfjs } from './tiles/tfjs.ts';
export type { Products, Tile, TileMaker, TilePlan } from './tiles/tile.ts';
export { tileOver } from './tiles/tile.ts';
export type { Assembly } from './work/assembly.ts';
export type { ChannelReceiver, ChannelSender } from './work/channel.ts';
