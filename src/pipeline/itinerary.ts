import { random } from '../core/random.ts';
import type { Purpose } from '../core/trace.ts';
import type { Dataset } from '../data/dataset.ts';
import { blocks, epochOrder } from '../data/microbatches.ts';
import type { Whole } from './pipeline.ts';

/** One microbatch to come: which samples, and what for. */
export interface Item {
  readonly purpose: Purpose;
  /** `negatives`: of samples to be learned from later, to draw their wrong labels from what it scores */
  readonly of: 'samples' | 'running' | 'test' | 'negatives';
  readonly from: Dataset;
  readonly indices: Uint32Array;
  readonly epoch: number;
}

/** Samples that a prediction may hold. */
export interface Room {
  readonly rows: number;
  /** the same for one that asks for scores to draw negatives from */
  readonly asked: number;
}

/**
 * All that a run sends through its pipeline, in order: each epoch's microbatches in an order of its own, some samples
 * predicted before they are learned from, and at the end the test set. A pure function of the pipeline.
 *
 * Where the source draws the negatives, what asks for microbatch k comes right before microbatch k − lag, and what asks for
 * the first ones before everything else.
 */
export function* itinerary(pipeline: Whole, { rows, asked }: Room): Generator<Item, void, undefined> {
  const { samples, test, epochs, runningEvery, predictBy, negatives } = pipeline;
  const { purpose = 'goodness', lag = 0 } = negatives?.asks ?? {};
  const ahead = negatives?.asks && learning(pipeline);
  const ask = function* (): Generator<Item, void, undefined> {
    const next = ahead?.next();
    if (next === undefined || next.done) return;
    for (const indices of blocks(next.value.indices, asked)) {
      yield { ...next.value, purpose, of: 'negatives', indices };
    }
  };
  for (let i = 0; i < lag; i++) yield* ask();
  let count = 0;
  for (const item of learning(pipeline)) {
    const { indices, epoch } = item;
    if (runningEvery > 0 && count++ % runningEvery === 0) {
      yield { purpose: predictBy, of: 'running', from: samples, indices: indices.subarray(0, rows), epoch };
    }
    yield* ask();
    yield item;
  }
  if (test === undefined) return;
  const order = Uint32Array.from({ length: test.count }, (_, i) => i);
  for (const indices of blocks(order, rows))
    yield { purpose: predictBy, of: 'test', from: test, indices, epoch: epochs };
}

/** What is learned from, epoch after epoch. */
function* learning({ samples, epochs, microbatch, seed }: Whole): Generator<Item, void, undefined> {
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = epochOrder(samples.count, random(seed).fork(`epoch ${epoch}`).fork('order'));
    for (const indices of blocks(order, microbatch)) {
      yield { purpose: 'learn', of: 'samples', from: samples, indices, epoch };
    }
  }
}
