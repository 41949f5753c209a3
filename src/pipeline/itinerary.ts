import { random } from '../core/random.ts';
import type { Purpose } from '../core/trace.ts';
import type { Dataset } from '../data/dataset.ts';
import { blocks, epochOrder } from '../data/microbatches.ts';
import type { Whole } from './pipeline.ts';

/** One microbatch to come: which samples, and what for. */
export interface Item {
  readonly purpose: Purpose;
  readonly of: 'samples' | 'running' | 'test';
  readonly from: Dataset;
  readonly indices: Uint32Array;
  readonly epoch: number;
}

/**
 * All that a run sends through its pipeline, in order: each epoch's microbatches in an order of its own, some samples
 * predicted before they are learned from, and at the end the test set. A pure function of the pipeline.
 *
 * @param rows  samples a prediction may hold
 */
export function* itinerary(pipeline: Whole, rows: number): Generator<Item, void, undefined> {
  const { samples, test, epochs, microbatch, runningEvery, predictBy, seed } = pipeline;
  let count = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = epochOrder(samples.count, random(seed).fork(`epoch ${epoch}`).fork('order'));
    for (const indices of blocks(order, microbatch)) {
      if (runningEvery > 0 && count++ % runningEvery === 0) {
        yield { purpose: predictBy, of: 'running', from: samples, indices: indices.subarray(0, rows), epoch };
      }
      yield { purpose: 'learn', of: 'samples', from: samples, indices, epoch };
    }
  }
  if (test === undefined) return;
  const order = Uint32Array.from({ length: test.count }, (_, i) => i);
  for (const indices of blocks(order, rows))
    yield { purpose: predictBy, of: 'test', from: test, indices, epoch: epochs };
}
