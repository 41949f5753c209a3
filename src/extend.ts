// biome-ignore-all assist/source/organizeImports: grouped by what they are for
// forwardflow/extend: what a member of your own needs, be it data, layer, tile, sampler, loss, schedule or runtime.

// any member: how it is planned, and what it works with
export { make, moduleOf, type Plan, plan } from './core/plan.ts';
export { Arena } from './core/memory/arena.ts';
export { type Matrix, matrix } from './core/matrix.ts';
export { permutation, type Random, random, streamState } from './core/random.ts';
export type { State, StateArray, Stateful } from './core/state.ts';
export { arrayIn, arrays, below, joined, together, under } from './core/state.ts';
export { must, mustBeOneOf, mustBePositive, mustBeShare, mustBeWhole } from './core/check.ts';
export { nearestPath, pathRefusal } from './data/formats/nearest-path.ts';
export { nearest, printable, printableLine, refusal, shown } from './core/check.ts';
export { wallNanoseconds } from './core/clock.ts';

// data
export type { Grid, Microbatch, Shape } from './data/microbatch.ts';
export { blocks, copy, passOn, rowsFor } from './data/microbatch.ts';
export type { Augmentation } from './augmentations/augmentation.ts';
export { neutralScale, overlay } from './data/encoding.ts';
export { permutedFeatures } from './data/made/permuted.ts';
export type { Part } from './data/formats/format.ts';
export type { KnownData, ReadData, ReadOptions } from './data/reading/read-data.ts';
export { readData } from './data/reading/read-data.ts';
export type { DataDescription } from './data/reading/description.ts';
export { dataSentence, describe } from './data/reading/description.ts';
export type { ScaleRule, Scaling } from './data/reading/scaling.ts';
export { scalingText } from './data/reading/scaling.ts';
export { imageSize, pictures } from './data/reading/picture.ts';
export { dataRule, isNamedData } from './data/reading/source.ts';
export type { LabelPlace } from './data/reading/label-columns.ts';
export { labelPlaceFor, withLabelColumns } from './data/reading/label-columns.ts';
export type { Idx, IdxData } from './data/idx.ts';
export { readIdx, writeIdx } from './data/idx.ts';

// streams: samples that come when they like
export type { Change, LiveSamples } from './data/endless.ts';
export type { EdgeOverflow, OpenLine } from './pipeline/pipeline.ts';
export type { Overflow, OverflowPlan } from './overflows/overflow.ts';
export { block } from './overflows/block.ts';
export { dropNewest } from './overflows/drop-newest.ts';
export { dropOldest } from './overflows/drop-oldest.ts';
export { sample } from './overflows/sample.ts';
export { deadline } from './overflows/deadline.ts';
export type { DataFault, Fault, MachineFault, Moment, Supervision } from './work/faults/fault.ts';
export { isDataFault } from './work/faults/fault.ts';
export { type Controls, type ControlSettings, controls, type EdgeDepth } from './work/controls/controls.ts';
export { type Breakable, randomFaults } from './work/faults/random-faults.ts';

// samples that never end, and how their world changes
export type { StreamOptions } from './streams/stream.ts';
export { shuffled } from './streams/shuffled.ts';
export { type VideoOptions, video } from './streams/video.ts';
export { type SeaOptions, sea } from './streams/sea.ts';
export { type HyperplaneOptions, hyperplane } from './streams/hyperplane.ts';
export { type RandomRbfOptions, randomRbf } from './streams/random-rbf.ts';
export { type LedOptions, led } from './streams/led.ts';
export { type AgrawalOptions, agrawal } from './streams/agrawal.ts';
export { type ParityOptions, parity } from './streams/parity.ts';
export { type DrawnOptions, drawn } from './data/drawn.ts';
export { type Shortlist, shortlistOf } from './data/shortlist.ts';
export { type ShiftAt, shifted } from './streams/over/shifted.ts';
export { type SpoiltSample, spoilt } from './streams/over/spoilt.ts';
export { calibratedTemperature, softTargets } from './streams/over/soft-targets.ts';
export { taught } from './streams/over/taught.ts';
export type { Changed, Shift, ShiftedStream } from './shifts/shift.ts';
export { labelPermutation } from './shifts/label-permutation.ts';
export { pixelPermutation } from './shifts/pixel-permutation.ts';
export { priorShift } from './shifts/prior-shift.ts';
export { newClasses } from './shifts/new-classes.ts';
export { inputGain } from './shifts/input-gain.ts';
export { concept } from './shifts/concept.ts';
export type { When } from './shifts/when/when.ts';
export { abrupt } from './shifts/when/abrupt.ts';
export { gradual } from './shifts/when/gradual.ts';
export { incremental } from './shifts/when/incremental.ts';
export { recurring } from './shifts/when/recurring.ts';
export { type Feed, type FeedOptions, feed } from './data/feeds/feed.ts';
export { type ScalerOptions, RunningScaler } from './data/scaler.ts';

// layers, and what they are made with
export type { Layer, LayerContext, LayerModule, LayerOptions, LayerPlan, Memory } from './layers/layer.ts';
export type { Settling, SettlingTurn } from './layers/layer.ts';
export { type RecurrentOptions, recurrent } from './layers/recurrent.ts';
export { type BlackBoxModelOptions, type BlackBoxOptions, blackBox } from './layers/black-box.ts';
export { type BlockLocalOptions, blockLocal } from './layers/block-local.ts';
export { type ForwardForwardAgainOptions, forwardForwardAgain } from './layers/forward-forward-again.ts';
export { type PredictiveCodingOptions, predictiveCoding } from './layers/predictive-coding.ts';
export { type DirectFeedbackOptions, directFeedback } from './layers/direct-feedback.ts';
export type { FieldOptions } from './layers/parts/fields/fields.ts';
export { type LocalBackpropOptions, localBackprop } from './layers/local-backprop.ts';
export { type LocalForwardForwardOptions, localForwardForward } from './layers/local-forward-forward.ts';
export { minusMeanSquares } from './goodness/minus-mean-squares.ts';
export type { Goodness, GoodnessPlan } from './goodness/goodness.ts';
export type * from './normalisations/normalisation.ts';
export { group } from './normalisations/group.ts';
export { layerNorm } from './normalisations/layer-norm.ts';
export { length } from './normalisations/length.ts';
export { none } from './normalisations/none.ts';
export type { Loss, LossPlan } from './losses/loss.ts';
export { above } from './selections/above.ts';
export { all } from './selections/all.ts';
export { sampled } from './selections/sampled.ts';
export type { Selection, SelectionPlan } from './selections/selection.ts';
export { top } from './selections/top.ts';
export { sigmoid, softplus } from './losses/loss.ts';
export type { Asks, Negatives, NegativesPlan } from './negatives/negative.ts';
export type { ImageBatch, ImageNegatives, ImageNegativesPlan, Images } from './negatives/negative.ts';
export { allWrong } from './negatives/all-wrong.ts';
export { type HybridMaskOptions, hybridMask } from './negatives/hybrid-mask.ts';
export { type MaskedOptions, masked } from './negatives/masked.ts';
export { permutedPixels } from './negatives/permuted-pixels.ts';
export { sameClass } from './negatives/same-class.ts';
export { whiteNoise } from './negatives/white-noise.ts';
export { drawBySoftmax } from './negatives/negative.ts';
export type { Optimiser, OptimiserPlan, RateOptions, Stepper } from './optimisers/optimiser.ts';
export { mustHaveHorizon, rateOf } from './optimisers/optimiser.ts';
export { type DuringOptions, during } from './optimisers/over/during.ts';
export type { AdamStep, Kernels, KernelsPlan, MomentumStep, Workplace } from './kernels/kernel.ts';
export { type NormalKernels, normalState } from './kernels/analog/normals.ts';
export { simdKernels } from './kernels/simd.ts';
export { plainKernels } from './kernels/plain.ts';

// tiles
export type {
  ExactWeights,
  HeldWeights,
  Tile,
  TileContext,
  TileGround,
  TileMaker,
  TilePlan,
} from './tiles/tile.ts';
export type { CrossbarOptions } from './tiles/crossbar/options.ts';
export { crossbar } from './tiles/crossbar.ts';
export type { ResolvedCrossbar } from './tiles/crossbar/options.ts';
export type { CellFacts } from './tiles/crossbar/facts/cell-facts.ts';
export { workplace } from './check/family.ts';
export { cellFacts } from './tiles/crossbar/facts/cell-facts.ts';
export { type ReadFacts, readFacts } from './tiles/crossbar/facts/read-facts.ts';
export type {
  BoundManagement,
  NoiseManagement,
  Periphery,
  PeripheryOptions,
  Rounding,
} from './tiles/crossbar/periphery/periphery.ts';
export { peripheries } from './tiles/crossbar/periphery/presets.ts';
export type { UnknownOptions } from './tiles/crossbar/unknown/unknown.ts';
export type { Variation } from './tiles/crossbar/unknown/wandering.ts';
export { blas } from './products/blas.ts';
export { plain } from './products/plain.ts';
export type { BareProducts, Products, ProductsMaker, ProductsPlan } from './products/product.ts';
export { productsOver } from './products/product.ts';
export { simd } from './products/simd.ts';
export { tfjs } from './products/tfjs.ts';

// cells: the physics of one weight of an analog tile
export type { Cell, CellPlan, Cells, CellsContext, Trains } from './cells/cell.ts';
export { type IdealOptions, ideal } from './cells/ideal.ts';
export type { PulsedOptions } from './cells/parts/options.ts';
export type { AgeingOptions, DriftOptions } from './cells/parts/ageing-options.ts';
export { constantStep } from './cells/constant-step.ts';
export { type LinearStepOptions, linearStep } from './cells/linear-step.ts';
export { type SoftBoundsOptions, softBounds } from './cells/soft-bounds.ts';
export { type SoftBoundsReferenceOptions, softBoundsReference } from './cells/soft-bounds-reference.ts';
export { type ExponentialStepOptions, exponentialStep } from './cells/exponential-step.ts';
export { type PowerStepOptions, powerStep } from './cells/power-step.ts';
export { type PiecewiseStepOptions, piecewiseStep } from './cells/piecewise-step.ts';
export { type OneSidedPairOptions, oneSidedPair } from './cells/one-sided-pair.ts';
export { type PcmOptions, pcm } from './cells/pcm.ts';
export { type CellPresetName, cellPresets } from './cells/presets/presets.ts';
export type { Reading } from './cells/fit/branch.ts';
export type { CellFit, CellFits, MeasuredCell } from './cells/fit/fit-piecewise.ts';
export { fitPiecewise } from './cells/fit/fit-piecewise.ts';
export { pulseNoise } from './cells/fit/pulse-noise.ts';
export { type CellShares, sharesOf } from './cells/parts/shares.ts';

// how what a microbatch teaches reaches the cells of a tile
export type {
  Lesson,
  Update,
  UpdateCounts,
  UpdatePlan,
  Updater,
  UpdaterContext,
} from './updates/update.ts';
export { mustStepPlainly } from './updates/update.ts';
export { exact } from './updates/exact.ts';
export { frozen } from './updates/frozen.ts';
export type { PulseOptions } from './updates/pulses/pulse-options.ts';
export { perPass } from './updates/per-pass.ts';
export { paired } from './updates/paired.ts';
export { net } from './updates/net.ts';
export { type MixedPrecisionOptions, mixedPrecision } from './updates/mixed-precision.ts';
export type { TransferOptions } from './updates/transfer/transfer-options.ts';
export { tikiTakaV1 } from './updates/tiki-taka-v1.ts';
export type { BufferOptions, TikiTakaV2Options } from './updates/tiki-taka-v2.ts';
export { tikiTakaV2 } from './updates/tiki-taka-v2.ts';
export { type ChoppedOptions, chopped } from './updates/chopped.ts';

// schedules
export type {
  ClosedForm,
  FlushOf,
  Path,
  Place,
  Ready,
  Schedule,
  ScheduleFactory,
  ScheduleOption,
  SchedulePlan,
  Step,
} from './schedules/schedule.ts';
export { alternate, backpropOrder, bothWays, line, step, withoutFlush } from './schedules/schedule.ts';
export { canLearn } from './graph/can-learn.ts';
export { countMatters, devicesFilled } from './graph/layout.ts';

// measures, and the trace they fold
export type * from './core/trace.ts';
export type { Made, Measure, MeasureFactories } from './measures/measure.ts';
export { makeMeasures } from './measures/measure.ts';

// detectors of change
export type { Detector, DetectorFactory, Verdict } from './detectors/detector.ts';
export type { AdwinOptions } from './detectors/parts/adaptive-window.ts';
export { adwin } from './detectors/adwin.ts';
export { type DdmOptions, ddm } from './detectors/ddm.ts';
export { type EddmOptions, eddm } from './detectors/eddm.ts';
export type { HddmOptions } from './detectors/parts/hddm-options.ts';
export { hddmA } from './detectors/hddm-a.ts';
export { type HddmWOptions, hddmW } from './detectors/hddm-w.ts';
export { type KswinOptions, kswin } from './detectors/kswin.ts';
export { type PageHinkleyOptions, pageHinkley } from './detectors/page-hinkley.ts';

// runtimes, and the graph they realise
export type { Devices, Offer, Runtime } from './runtimes/runtime.ts';
export type { Assembly } from './work/assembly.ts';
export type { ResolvedPipeline } from './pipeline/resolve.ts';
export { type Carries, type Edge, type Graph, type Stage, type StageId, nameOfEdge } from './graph/graph.ts';
export type { ChannelReceiver, ChannelSender } from './work/channels/channel.ts';
export { threadArguments } from './core/thread.ts';

// whether a member keeps the rules of its family
export { type Family, familiesOf, familyNames, isPlan, mustMake } from './check/family.ts';
export { type RuleResult, checkMember } from './check/check-member.ts';
