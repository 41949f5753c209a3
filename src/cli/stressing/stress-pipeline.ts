import { type LabelPlace, type ProductsPlan, withLabelColumns } from '../../extend.ts';
import { type Dataset, dataset, type Pipeline, type SampleStream } from '../../index.ts';
import { showsLabels } from '../settings/rules.ts';
import type { TrainSettings } from '../settings/train-settings.ts';
import { pipelineOf } from '../values/network.ts';
import { edgesOf } from './specs/edges-of.ts';
import type { StressSettings } from './stress-settings.ts';

/** What streams, ready to be learned from. */
export interface Streaming {
  readonly stream: SampleStream;
  /** where Forward-Forward's labels go: over the first features of an image, or in columns in front of others */
  readonly labelPlace: LabelPlace;
  /** whether features are brought to mean 0 and deviation 1 as they come */
  readonly scales: boolean;
}

/** The pipeline that settings describe, over a stream. */
export function stressPipeline(
  settings: StressSettings,
  { stream, labelPlace, scales }: Streaming,
  products: ProductsPlan,
): Pipeline {
  const samples = labelPlace === 'front' && showsLabels(settings) ? withLabelColumns(stream) : stream;
  const { count, microbatch, labelDelay, unusable } = settings;
  const over = standIn(samples);
  const { epochs: _, ...described } = pipelineOf(asTraining(settings), { samples: over, products });
  return {
    ...described,
    samples,
    ...{ unusable, prequential: true, runningEvery: 0 },
    labelDelay: Math.ceil(labelDelay / microbatch),
    edges: edgesOf(settings),
    ...(scales && { scale: 'running' as const }),
    ...(count !== undefined && { microbatches: Math.ceil(count / microbatch) }),
  };
}

/** The same as settings of `train`, for what is built from these. */
export function asTraining(settings: StressSettings): TrainSettings {
  const { source: data, layers } = settings;
  return {
    ...settings,
    ...{ data, layers, epochs: 1, running: 0, heldOut: 0, evaluateEvery: 1, prequential: false },
    ...{ shift: 0, inputDropout: 0, scale: 'none', decay: 'none', constantFor: 0 },
  } as unknown as TrainSettings;
}

/** A dataset of one sample with the stream's features and classes. */
function standIn({ name, width, classes }: SampleStream): Dataset {
  return dataset({ name, width, classes, images: new Uint8Array(width), labels: new Uint8Array(1) });
}
