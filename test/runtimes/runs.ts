import { fileURLToPath } from 'node:url';
import { lastValueFrom, tap, toArray } from 'rxjs';
import { translate } from '../../src/augmentations/translate.ts';
import type { TraceEvent } from '../../src/core/trace.ts';
import { type Dataset, firstOf } from '../../src/data/dataset.ts';
import { labelOverlay, pixels } from '../../src/data/encoding.ts';
import { idxFolder } from '../../src/data/folder.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { monoForward } from '../../src/layers/mono-forward.ts';
import { crossEntropyHead, softmaxReadout } from '../../src/layers/softmax.ts';
import { hardLabel } from '../../src/negatives/hard-label.ts';
import { hybridMask } from '../../src/negatives/hybrid-mask.ts';
import { laggedLabel } from '../../src/negatives/lagged-label.ts';
import { wrongLabel } from '../../src/negatives/wrong-label.ts';
import { adam } from '../../src/optimisers/adam.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import type { DatasetPipeline, Pipeline } from '../../src/pipeline/pipeline.ts';
import { plain } from '../../src/products/plain.ts';
import { weightsHash } from '../../src/report/files/safetensors.ts';
import { type RunOptions, run } from '../../src/run/run.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { blocking } from '../../src/schedules/blocking.ts';
import { stream } from '../../src/schedules/stream.ts';
import { above } from '../../src/selections/above.ts';

const folder = fileURLToPath(new URL('../../fixtures/mnist', import.meta.url));

export const train: Dataset = await idxFolder(folder, 'train');
export const test: Dataset = await idxFolder(folder, 'test');

const shared = {
  samples: firstOf(train, 230),
  test: firstOf(test, 50),
  microbatch: 20,
  products: plain(),
  seed: 7,
  runningEvery: 4,
};

/** 784-24-16-12 with hard labels and a softmax readout; the last microbatch is a partial one. */
export const hard: DatasetPipeline = {
  ...shared,
  encoding: labelOverlay(),
  negatives: hardLabel(),
  layers: [
    forwardForward({ units: 24, neutral: true }),
    forwardForward({ units: 16, neutral: true, feature: true, peer: {} }),
    forwardForward({ units: 12, neutral: true, feature: true }),
    softmaxReadout({ optimiser: sgd({ learningRate: 0.1 }) }),
  ],
  optimiser: adam({ learningRate: 2e-3 }),
  schedule: stream(),
  predictBy: 'goodness',
};

/** 784-24-16 with uniform wrong labels. */
export const uniform: DatasetPipeline = {
  ...shared,
  encoding: labelOverlay(),
  negatives: wrongLabel(),
  layers: [forwardForward({ units: 24 }), forwardForward({ units: 16 })],
  optimiser: sgd({ learningRate: 0.05, momentum: 0.9 }),
  schedule: stream(),
};

/** The same on images that move by up to two pixels each time they are learned from. */
export const moved: DatasetPipeline = { ...uniform, augmentation: translate({ pixels: 2 }) };

/** Wrong labels drawn from what the whole network made of each label, so many updates ago. */
export const laggedGoodness: DatasetPipeline = { ...moved, negatives: laggedLabel({ lag: 3 }) };
export const laggedReadout: DatasetPipeline = { ...hard, negatives: laggedLabel({ of: 'readout', lag: 2 }) };

/** 784-24-16-12 without labels, rejecting patchworks of images that move and lose pixels; a readout on the last two layers. */
export const unlabelled: DatasetPipeline = {
  ...hard,
  encoding: pixels({ normalised: true }),
  augmentation: translate({ pixels: 2 }),
  inputDropout: 0.1,
  negatives: hybridMask({ blurs: 3 }),
  layers: [
    forwardForward({ units: 24, neutral: true, peer: {}, select: above(0.2) }),
    forwardForward({ units: 16, neutral: true, feature: true, dropout: 0.1 }),
    forwardForward({ units: 12, neutral: true, feature: true }),
    softmaxReadout({ optimiser: sgd({ learningRate: 0.1 }) }),
  ],
  predictBy: 'onePass',
};

/** 784-24-16 by cross-entropies of their own, with dropout. */
export const local: DatasetPipeline = {
  ...shared,
  encoding: pixels(),
  layers: [
    monoForward({ units: 24, dropout: 0.2 }),
    monoForward({ units: 16, dropout: 0.1, normalise: false }),
  ],
  optimiser: adam({ learningRate: 3e-3 }),
  schedule: stream(),
};

/** 784-24-16-10 by backprop, one microbatch at a time. */
export const blockingBackprop: DatasetPipeline = {
  ...shared,
  encoding: pixels(),
  layers: [backprop({ units: 24 }), backprop({ units: 16 }), crossEntropyHead()],
  optimiser: adam({ learningRate: 1e-3 }),
  schedule: blocking(),
};

/** A run's whole trace. */
export function traceOf(
  pipeline: Pipeline,
  runtime: Runtime,
  options: RunOptions = {},
): Promise<TraceEvent[]> {
  return lastValueFrom(run(pipeline, runtime, options).pipe(toArray()));
}

export function hashOf(trace: readonly TraceEvent[]): string {
  return weightsHash(trace.flatMap((event) => (event.kind === 'weights' ? event.parameters : [])));
}

export function predictionsOf(trace: readonly TraceEvent[]): number[] {
  return trace.flatMap((event) => (event.kind === 'prediction' ? [...event.predicted] : []));
}

/** What a run ends with, and how many events came before. One that hangs is found by the test's timeout. */
export async function failureOf(
  pipeline: Pipeline,
  runtime: Runtime,
): Promise<{ error: unknown; seen: number }> {
  let seen = 0;
  const error = await lastValueFrom(run(pipeline, runtime).pipe(tap(() => seen++))).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, seen };
}
