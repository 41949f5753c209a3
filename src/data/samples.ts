import { random } from '../core/random.ts';
import type { Dataset } from './dataset.ts';
import type { SampleStream } from './endless.ts';
import { blocks, epochOrder } from './microbatches.ts';

/** Which samples one microbatch has. */
export interface Batch {
  /** indices in the dataset, or in the endless stream  [rows] */
  readonly indices: Uint32Array | Float64Array;
  /** passes over the samples begun before this one, from 0; of an endless stream, 0 */
  readonly epoch: number;
}

/** What a run learns from, cut into microbatches. */
export interface Samples {
  readonly name: string;
  readonly width: number;
  readonly classes: number;
  readonly numbers: 'bytes' | 'floats';
  /** microbatches to learn from; Infinity where they don't end */
  readonly microbatches: number;
  /** The microbatches from this one on: a pure function of the samples, the seed and the position. */
  from(microbatch: number): Generator<Batch, void, undefined>;
}

export interface SamplesOptions {
  readonly samples: Dataset | SampleStream;
  /** samples of a microbatch */
  readonly microbatch: number;
  readonly seed: number;
  /** as `microbatchesOf` tells it */
  readonly microbatches: number;
}

/** Whether samples are a dataset, which is passed over in epochs, or an endless stream. */
export function isDataset(samples: Dataset | SampleStream): samples is Dataset {
  return 'images' in samples;
}

export function numbersOf(samples: Dataset | SampleStream): 'bytes' | 'floats' {
  if (!isDataset(samples)) return samples.numbers;
  return samples.images instanceof Uint8Array ? 'bytes' : 'floats';
}

/**
 * A dataset in epochs, each in an order of its own (`epoch e / order`), or an endless stream in the order of its indices.
 * The last microbatch of an epoch is shorter when the size does not divide the count.
 */
export function samplesOf({ samples, microbatch, seed, microbatches }: SamplesOptions): Samples {
  const { name, width, classes } = samples;
  const batches = isDataset(samples) ? inEpochs(samples.count, microbatch, seed) : inOrder(microbatch);
  return {
    ...{ name, width, classes, numbers: numbersOf(samples), microbatches },
    *from(first) {
      const following = batches(first);
      for (let k = first; k < microbatches; k++) yield following.next().value as Batch;
    },
  };
}

function inEpochs(count: number, size: number, seed: number) {
  const each = Math.ceil(count / size);
  return function* (first: number): Generator<Batch, never, undefined> {
    let skipped = first % each;
    for (let epoch = Math.floor(first / each); ; epoch++) {
      const order = epochOrder(count, random(seed).fork(`epoch ${epoch}`).fork('order'));
      for (const indices of blocks(order.subarray(skipped * size), size)) yield { indices, epoch };
      skipped = 0;
    }
  };
}

function inOrder(size: number) {
  return function* (first: number): Generator<Batch, never, undefined> {
    for (let k = first; ; k++) {
      yield { indices: Float64Array.from({ length: size }, (_, row) => k * size + row), epoch: 0 };
    }
  };
}
