// The public API, in path order: what is learned, how, where, and what is measured of it.

export type { Augmentation } from './augmentations/augmentation.ts';
export { translate } from './augmentations/translate.ts';
export { Arena } from './core/arena.ts';
export * from './core/clock.ts';
export type { Matrix } from './core/matrix.ts';
export { matrix } from './core/matrix.ts';
export type { Plan } from './core/plan.ts';
export { make, plan } from './core/plan.ts';
export type { Random } from './core/random.ts';
export { permutation, random } from './core/random.ts';
export type * from './core/trace.ts';

export type { Dataset } from './data/dataset.ts';
export { dataset, firstOf, slice } from './data/dataset.ts';
export type { Encoding } from './data/encoding.ts';
export { labelOverlay, neutralScale, overlay, pixels } from './data/encoding.ts';
export { fashionMnist } from './data/fashion.ts';
export type { Part } from './data/folder.ts';
export { idxFolder } from './data/folder.ts';
export { readIdx, writeIdx } from './data/idx.ts';
export type { Microbatch, Shape } from './data/microbatch.ts';
export { mnist } from './data/mnist.ts';
export type { DataPlace } from './data/named.ts';
export { namedData, whereIsData } from './data/named.ts';
export type { Goodness, GoodnessPlan } from './goodness/goodness.ts';
export { meanSquares } from './goodness/mean-squares.ts';
export { sumSquares } from './goodness/sum-squares.ts';
export { fastestKernels } from './kernels/fastest.ts';
export type {
  AdamStep,
  Kernels,
  KernelsPlan,
  MomentumStep,
  Workplace,
} from './kernels/kernel.ts';
export { plainKernels } from './kernels/plain.ts';
export { simdKernels } from './kernels/simd.ts';
export { backprop } from './layers/backprop.ts';
export { forwardForward } from './layers/forward-forward.ts';
export type { Layer, LayerContext, LayerModule, LayerPlan, Memory } from './layers/layer.ts';
export { monoForward } from './layers/mono-forward.ts';
export { crossEntropyHead, softmaxReadout } from './layers/softmax.ts';
export { logistic } from './losses/logistic.ts';
export type { Loss, LossPlan } from './losses/loss.ts';
export { swish } from './losses/swish.ts';
export { symba } from './losses/symba.ts';
export { heldOutAccuracy, runningAccuracy, testAccuracy } from './measures/accuracy.ts';
export { cost } from './measures/cost.ts';
export { latency } from './measures/latency.ts';
export { losses } from './measures/losses.ts';
export type { Measure } from './measures/measure.ts';
export { measure, valuesOf } from './measures/measure.ts';
export { memory } from './measures/memory.ts';
export { progress } from './measures/progress.ts';
export { throughput } from './measures/throughput.ts';
export type { Shares } from './measures/utilisation.ts';
export { utilisation } from './measures/utilisation.ts';
export { weights } from './measures/weights.ts';
export { hardLabel } from './negatives/hard-label.ts';
export { laggedLabel } from './negatives/lagged-label.ts';
export type { Asks, Negatives, NegativesPlan } from './negatives/negative.ts';
export { wrongLabel } from './negatives/wrong-label.ts';
export { adam } from './optimisers/adam.ts';
export type { Optimiser, OptimiserPlan, Stepper } from './optimisers/optimiser.ts';
export { sgd } from './optimisers/sgd.ts';
export type { Pipeline } from './pipeline/pipeline.ts';
export { StageError } from './pipeline/stage-error.ts';
export { ChromeTrace } from './report/chrome-trace.ts';
export { ruleNames, table, verdict } from './report/comparison.ts';
export type { RunFolder } from './report/run-folder.ts';
export { openRunFolder } from './report/run-folder.ts';
export type { Rule, RunReport, StageReport } from './report/run-report.ts';
export { readSafetensors, weightsHash, writeSafetensors } from './report/safetensors.ts';
export { measuredCosts } from './runtimes/costs.ts';
export { inline } from './runtimes/inline.ts';
export { run } from './runtimes/run.ts';
export type { Runtime } from './runtimes/runtime.ts';
export { workers } from './runtimes/workers.ts';
export { blocking } from './schedules/blocking.ts';
export { gpipe } from './schedules/gpipe.ts';
export { oneFOneB } from './schedules/one-f-one-b.ts';
export { pipedream } from './schedules/pipedream.ts';
export type { Schedule, SchedulePlan } from './schedules/schedule.ts';
export { stream } from './schedules/stream.ts';
export { zbH1 } from './schedules/zb-h1.ts';
export { zbH2 } from './schedules/zb-h2.ts';
export { blas } from './tiles/blas.ts';
export type { TileReport } from './tiles/detect.ts';
export { detectTiles, fastestTile, measureTile, namedTile } from './tiles/detect.ts';
export { plain } from './tiles/plain.ts';
export { simd } from './tiles/simd.ts';
export { tfjs } from './tiles/tfjs.ts';
export type { Products, Tile, TileMaker, TilePlan } from './tiles/tile.ts';
export { tileOver } from './tiles/tile.ts';
