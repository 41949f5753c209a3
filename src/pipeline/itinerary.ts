import { random } from '../core/random.ts';
import type { PredictionOf, Purpose } from '../core/trace.ts';
import type { Dataset } from '../data/dataset.ts';
import { blocks, epochOrder } from '../data/microbatches.ts';
import type { Whole } from './pipeline.ts';

/** One microbatch to come: which samples, and what for. */
export interface Item {
  readonly purpose: Purpose;
  readonly of: 'samples' | PredictionOf;
  readonly from: Dataset;
  readonly indices: Uint32Array;
  readonly epoch: number;
}

/**
 * All that a run sends through its pipeline, in order: each epoch's microbatches in an order of its own, some samples
 * predicted before they are learned from, samples that are held out after every so many epochs, and at the end the test set. A pure function of the pipeline.
 *
 * @param rows  samples a prediction may hold
 */
export function* itinerary(pipeline: Whole, rows: number): Generator<Item, void, undefined> {
  const { samples, heldOut, test, epochs, microbatch, runningEvery, predictBy, seed } = pipeline;
  const predictAll = function* (from: Dataset, of: PredictionOf, epoch: number): Generator<Item> {
    const order = Uint32Array.from({ length: from.count }, (_, i) => i);
    for (const indices of blocks(order, rows)) yield { purpose: predictBy, of, from, indices, epoch };
  };
  let count = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = epochOrder(samples.count, random(seed).fork(`epoch ${epoch}`).fork('order'));
    for (const indices of blocks(order, microbatch)) {
      if (runningEvery > 0 && count++ % runningEvery === 0) {
        yield { purpose: predictBy, of: 'running', from: samples, indices: indices.subarray(0, rows), epoch };
      }
      yield { purpose: 'learn', of: 'samples', from: samples, indices, epoch };
    }
    const done = epoch + 1;
    if (heldOut && (done % heldOut.every === 0 || done === epochs)) {
      yield* predictAll(heldOut.samples, 'held', done);
    }
  }
  if (test !== undefined) yield* predictAll(test, 'test', epochs);
}
