import { random } from '../core/random.ts';
import type { PredictionOf, Purpose } from '../core/trace.ts';
import type { Dataset } from '../data/dataset.ts';
import { blocks, epochOrder } from '../data/microbatches.ts';
import type { ResolvedPipeline } from '../pipeline/resolve.ts';

/** One microbatch to come: which samples, and what for. */
export interface Item {
  readonly purpose: Purpose;
  /** `negatives`: of samples to be learned from later, to draw their wrong labels from what it scores */
  readonly of: 'samples' | PredictionOf | 'negatives';
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
 * predicted before they are learned from, samples that are held out after every so many epochs, and at the end the test
 * set. A pure function of the pipeline.
 *
 * Where the source draws the negatives, what asks for microbatch k comes right before microbatch k − lag, and what asks for
 * the first ones before everything else.
 */
export function* itinerary(
  pipeline: ResolvedPipeline,
  { rows, asked }: Room,
): Generator<Item, void, undefined> {
  const { samples, heldOut, test, epochs, runningEvery, predictBy, negatives } = pipeline;
  const predictAll = function* (from: Dataset, of: PredictionOf, epoch: number): Generator<Item> {
    const order = Uint32Array.from({ length: from.count }, (_, i) => i);
    for (const indices of blocks(order, rows)) yield { purpose: predictBy, of, from, indices, epoch };
  };
  const { purpose = 'goodness', lag = 0 } = negatives?.asks ?? {};
  const ahead = negatives?.asks && learning(pipeline);
  const ask = function* (): Generator<Item> {
    const next = ahead?.next();
    if (next === undefined || next.done) return;
    for (const indices of blocks(next.value.indices, asked)) {
      yield { ...next.value, purpose, of: 'negatives', indices };
    }
  };
  for (let i = 0; i < lag; i++) yield* ask();
  let count = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const item of learningIn(epoch, pipeline)) {
      if (runningEvery > 0 && count++ % runningEvery === 0) {
        const indices = item.indices.subarray(0, rows);
        yield { purpose: predictBy, of: 'running', from: samples, indices, epoch };
      }
      yield* ask();
      yield item;
    }
    const done = epoch + 1;
    if (heldOut && (done % heldOut.every === 0 || done === epochs)) {
      yield* predictAll(heldOut.samples, 'held', done);
    }
  }
  if (test !== undefined) yield* predictAll(test, 'test', epochs);
}

/** What is learned from, epoch after epoch. */
function* learning(pipeline: ResolvedPipeline): Generator<Item, void, undefined> {
  for (let epoch = 0; epoch < pipeline.epochs; epoch++) yield* learningIn(epoch, pipeline);
}

function* learningIn(
  epoch: number,
  { samples, microbatch, seed }: ResolvedPipeline,
): Generator<Item, void, undefined> {
  const order = epochOrder(samples.count, random(seed).fork(`epoch ${epoch}`).fork('order'));
  for (const indices of blocks(order, microbatch)) {
    yield { purpose: 'learn', of: 'samples', from: samples, indices, epoch };
  }
}
