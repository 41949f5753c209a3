import { isDataset } from '../data/samples.ts';
import type { KernelsPlan } from '../kernels/kernel.ts';
import type { NegativesPlan } from '../negatives/negative.ts';
import { block } from '../overflows/block.ts';
import { digital } from '../tiles/digital.ts';
import { mustAgree } from './agree.ts';
import { microbatchesPerEpoch } from './length.ts';
import type { OpenLine, Pipeline } from './pipeline.ts';
import { checkRanges } from './ranges.ts';
import type { ResolvedLine, ResolvedPipeline } from './resolved.ts';

export type { ResolvedLine, ResolvedPipeline } from './resolved.ts';

/**
 * Fills in what was left out or is undefined, and checks that each value is in its range and that all agree.
 *
 * @param kernels  what the pipeline leaves to its runtime
 * @throws {RangeError} when a value is out of its range or two don't agree
 */
export function resolve(pipeline: Pipeline, kernels: KernelsPlan): ResolvedPipeline {
  const { layers, samples, microbatch = 100, microbatches } = pipeline;
  const onePass = layers.some(({ predicts }) => predicts === 'onePass');
  const defaults = {
    capacity: 2,
    edges: [],
    microbatch,
    flush: 1,
    epochs: defaultEpochs(samples, microbatch, microbatches),
    seed: 1,
    runningEvery: 0,
    prequential: false,
    labelDelay: 0,
    unusable: 'refuse',
    scale: 'none',
    inputDropout: 0,
    weights: [],
    kernels,
    tile: digital(),
    microbatchTime: 0,
    predictBy: onePass ? 'onePass' : 'goodness',
  };
  const line = pipeline.line && resolveLine(pipeline.line);
  const given = Object.entries(pipeline).filter(([, value]) => value !== undefined);
  const resolved = { ...defaults, ...Object.fromEntries(given), line } as unknown as ResolvedPipeline;
  checkRanges(resolved, pipeline);
  mustAgree(resolved);
  return resolved;
}

function resolveLine({ arrivals, room = 16, overflow = block(), lasts }: OpenLine): ResolvedLine {
  return { arrivals, room, overflow, lasts: lasts ?? Number.POSITIVE_INFINITY };
}

/** Passes that so many microbatches take; 1 where nothing was stated, and of endless samples. */
function defaultEpochs(
  samples: Pipeline['samples'],
  microbatch: number,
  microbatches: number | undefined,
): number {
  if (microbatches === undefined || !isDataset(samples)) return 1;
  const epochs = Math.ceil(microbatches / microbatchesPerEpoch({ samples, microbatch }));
  return Number.isSafeInteger(epochs) ? epochs : 1;
}

/** whether the pipeline's layers learn from gradients sent down */
export function learnsBackward({ layers }: Pick<Pipeline, 'layers'>): boolean {
  return layers[0].learns === 'backward';
}

/** The sampler of wrong labels, which layers draw from; none where the source draws negative images. */
export function labelNegativesOf({ negatives }: Pick<Pipeline, 'negatives'>): NegativesPlan | undefined {
  return negatives?.rejects === 'images' ? undefined : negatives;
}
