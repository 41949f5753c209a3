// The public API, in path order: what is learned, how, where, and what is measured of it.

export type { Arrivals } from './arrivals/arrival.ts';
export { poisson } from './arrivals/poisson.ts';
export { regular } from './arrivals/regular.ts';
export type { Augmentation } from './augmentations/augmentation.ts';
export { translate } from './augmentations/translate.ts';
export { Arena } from './core/arena.ts';
export * from './core/clock.ts';
export type { Matrix } from './core/matrix.ts';
export { matrix } from './core/matrix.ts';
export { median } from './core/median.ts';
export type { Plan } from './core/plan.ts';
export { make, moduleOf, plan } from './core/plan.ts';
export type { Random } from './core/random.ts';
export { permutation, random, streamState } from './core/random.ts';
export type { State, StateArray, Stateful } from './core/state.ts';
export { arrayIn, arrays, joined, together } from './core/state.ts';
export { threadArguments } from './core/thread.ts';
export type * from './core/trace.ts';
export { VirtualClock } from './core/virtual-clock.ts';
export type { Dataset } from './data/dataset.ts';
export { dataset, firstOf, slice } from './data/dataset.ts';
export type { Encoding } from './data/encoding.ts';
export { labelOverlay, neutralScale, overlay, pixels } from './data/encoding.ts';
export type { EndlessOptions, SampleStream } from './data/endless.ts';
export { endless } from './data/endless.ts';
export { fashionMnist } from './data/fashion.ts';
export type { Part } from './data/folder.ts';
export { idxFolder } from './data/folder.ts';
export { readIdx, writeIdx } from './data/idx.ts';
export type { Microbatch, Shape } from './data/microbatch.ts';
export { mnist } from './data/mnist.ts';
export type { DataPlace } from './data/named.ts';
export { namedData, whereIsData } from './data/named.ts';
export { constant } from './distributions/constant.ts';
export type { Distribution } from './distributions/distribution.ts';
export { empirical } from './distributions/empirical.ts';
export { exponential } from './distributions/exponential.ts';
export { lognormal } from './distributions/lognormal.ts';
export { scaled } from './distributions/scaled.ts';
export type { Goodness, GoodnessPlan } from './goodness/goodness.ts';
export { meanSquares } from './goodness/mean-squares.ts';
export { sumSquares } from './goodness/sum-squares.ts';
export type { Bottleneck, BottleneckOptions, Limit } from './graph/bottleneck.ts';
export { bottleneckOf } from './graph/bottleneck.ts';
export { bottleneckText } from './graph/bottleneck-text.ts';
export { graphMermaid, graphText } from './graph/draw.ts';
export type { Carries, Edge, Graph, Stage, StageId } from './graph/graph.ts';
export { nameOfEdge } from './graph/graph.ts';
export type { OpTimes, TimedGraph, Unsteady } from './graph/timed-graph.ts';
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
export { mustHaveHorizon } from './optimisers/optimiser.ts';
export { sgd } from './optimisers/sgd.ts';
export type { DatasetPipeline, Pipeline } from './pipeline/pipeline.ts';
export { blas } from './products/blas.ts';
export type { ProductsReport } from './products/detect.ts';
export { detectProducts, fastestProducts, measureProducts, namedProducts } from './products/detect.ts';
export { plain } from './products/plain.ts';
export type { BareProducts, Products, ProductsMaker, ProductsPlan } from './products/product.ts';
export { productsOver } from './products/product.ts';
export { simd } from './products/simd.ts';
export { tfjs } from './products/tfjs.ts';
export { ruleNames, table, verdict } from './report/comparison.ts';
export { RowsFile } from './report/files/rows-file.ts';
export type { RunFolder } from './report/files/run-folder.ts';
export { openRunFolder } from './report/files/run-folder.ts';
export { readSafetensors, weightsHash, writeSafetensors } from './report/files/safetensors.ts';
export type { Pair, PairedDifference } from './report/paired-differences.ts';
export { pairedDifference, pairedTable } from './report/paired-differences.ts';
export type { Rule, RunReport, StageReport } from './report/run-report.ts';
export { simulationTable } from './report/simulation-table.ts';
export type { Study } from './report/study.ts';
export { columns, studyText } from './report/study.ts';
export { ChromeTrace } from './report/trace/chrome-trace.ts';
export type { Gantt, GanttOptions } from './report/trace/gantt.ts';
export { gantt } from './report/trace/gantt.ts';
export type { ScheduleGrid } from './report/trace/schedule-grid.ts';
export { scheduleGrid } from './report/trace/schedule-grid.ts';
export { SimulationTrace } from './report/trace/simulation-trace.ts';
export type { Calibration, Configuration } from './run/calibration.ts';
export { calibrate, learningOnly, scenarioOf } from './run/calibration.ts';
export { measuredCosts, measuredOps } from './run/costs.ts';
export { run } from './run/run.ts';
export { inline } from './runtimes/inline.ts';
export type { Runtime } from './runtimes/runtime.ts';
export type { VirtualOptions } from './runtimes/virtual.ts';
export { virtual } from './runtimes/virtual.ts';
export { workers } from './runtimes/workers.ts';
export { blocking } from './schedules/blocking.ts';
export { chimera } from './schedules/chimera.ts';
export { dualpipe } from './schedules/dualpipe.ts';
export { gpipe } from './schedules/gpipe.ts';
export { interleaved } from './schedules/interleaved.ts';
export { oneFOneB } from './schedules/one-f-one-b.ts';
export { pffAllLayers } from './schedules/pff-all-layers.ts';
export { pffSingleLayer } from './schedules/pff-single-layer.ts';
export { pipedream } from './schedules/pipedream.ts';
export { pipedream2bw } from './schedules/pipedream-2bw.ts';
export type { Path, Place, Schedule, SchedulePlan, Step } from './schedules/schedule.ts';
export { step } from './schedules/schedule.ts';
export { stream } from './schedules/stream.ts';
export { zbH1 } from './schedules/zb-h1.ts';
export { zbH2 } from './schedules/zb-h2.ts';
export { zbV } from './schedules/zb-v.ts';
export type { TopDown } from './simulation/edges.ts';
export type { Estimate } from './simulation/intervals.ts';
export { meanOf } from './simulation/intervals.ts';
export { bottleneckOfScenario, graphOfScenario } from './simulation/limits.ts';
export type { EndedOp, MessageKind, Onlooker } from './simulation/onlooker.ts';
export { onlookers } from './simulation/onlookers.ts';
export type { DeviceOutcome, Outcome } from './simulation/outcome.ts';
export type { LayerProfile, Profile } from './simulation/profile.ts';
export { readGraph, stagesOfProfile } from './simulation/profile.ts';
export type { Failures, LinkModel, Pauses, Scenario, StageCosts } from './simulation/scenario.ts';
export { ScheduleError } from './simulation/schedule-error.ts';
export type { Power, Simulated, SimulateOptions } from './simulation/simulate.ts';
export { energyPerMicrobatch, simulate } from './simulation/simulate.ts';
export { digital } from './tiles/digital.ts';
export type {
  ExactWeights,
  HeldWeights,
  Tile,
  TileContext,
  TileGround,
  TileMaker,
  TilePlan,
} from './tiles/tile.ts';
export { StageError } from './work/stage-error.ts';
