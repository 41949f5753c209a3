// biome-ignore-all assist/source/organizeImports: grouped by what they are for
// forwardflow: what everyday work needs. A pipeline is a value; a runtime runs it; every figure is a fold over its trace.
// The rest is in forwardflow/simulation, forwardflow/report and forwardflow/extend.

// data
export type { Dataset } from './data/dataset.ts';
export { dataset, firstOf, slice } from './data/dataset.ts';
export type { EndlessOptions, SampleStream } from './data/endless.ts';
export { endless } from './data/endless.ts';
export { mnist } from './data/mnist.ts';
export { fashionMnist } from './data/fashion.ts';
export { idxFolder } from './data/folder.ts';
export { namedData } from './data/named.ts';
export type { Encoding } from './data/encoding.ts';
export { labelOverlay, pixels } from './data/encoding.ts';
export { translate } from './augmentations/translate.ts';

// what is learned, and how
export type { DatasetPipeline, Pipeline } from './pipeline/pipeline.ts';
export { forwardForward } from './layers/forward-forward.ts';
export { monoForward } from './layers/mono-forward.ts';
export { backprop } from './layers/backprop.ts';
export { crossEntropyHead, softmaxReadout } from './layers/softmax.ts';
export { hardLabel } from './negatives/hard-label.ts';
export { laggedLabel } from './negatives/lagged-label.ts';
export { wrongLabel } from './negatives/wrong-label.ts';
export { meanSquares } from './goodness/mean-squares.ts';
export { sumSquares } from './goodness/sum-squares.ts';
export { symba } from './losses/symba.ts';
export { swish } from './losses/swish.ts';
export { logistic } from './losses/logistic.ts';
export { adam } from './optimisers/adam.ts';
export { sgd } from './optimisers/sgd.ts';
export { namedProducts } from './products/detect.ts';
export { digital } from './tiles/digital.ts';

// schedules by which stages learn
export { stream } from './schedules/stream.ts';
export { blocking } from './schedules/blocking.ts';
export { gpipe } from './schedules/gpipe.ts';
export { oneFOneB } from './schedules/one-f-one-b.ts';
export { interleaved } from './schedules/interleaved.ts';
export { zbH1 } from './schedules/zb-h1.ts';
export { zbH2 } from './schedules/zb-h2.ts';
export { zbV } from './schedules/zb-v.ts';
export { pipedream } from './schedules/pipedream.ts';

// where it runs
export type { RunOptions } from './run/run.ts';
export { run } from './run/run.ts';
export type { Runtime } from './runtimes/runtime.ts';
export { inline } from './runtimes/inline.ts';
export { workers } from './runtimes/workers.ts';
export type { VirtualOptions } from './runtimes/virtual.ts';
export { virtual } from './runtimes/virtual.ts';
export { StageError } from './work/stage-error.ts';

// what is measured
export type { TraceEvent } from './core/trace.ts';
export { measure } from './measures/measure.ts';
export { throughput } from './measures/throughput.ts';
export { latency } from './measures/latency.ts';
export { utilisation } from './measures/utilisation.ts';
export { cost } from './measures/cost.ts';
export { memory } from './measures/memory.ts';
export { losses } from './measures/losses.ts';
export { progress } from './measures/progress.ts';
export { weights } from './measures/weights.ts';
export { heldOutAccuracy, runningAccuracy, testAccuracy } from './measures/accuracy.ts';
