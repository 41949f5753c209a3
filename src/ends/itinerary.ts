import type { PredictionOf, Purpose } from '../core/trace.ts';
import type { Dataset } from '../data/dataset.ts';
import type { SampleStream } from '../data/endless.ts';
import { blocks } from '../data/microbatches.ts';
import { type Batch, samplesOf } from '../data/samples.ts';
import { microbatchesOf, microbatchesPerEpoch } from '../pipeline/length.ts';
import type { ResolvedPipeline } from '../pipeline/resolve.ts';

/** One microbatch to come: which samples, and what for. */
export interface Item extends Batch {
  readonly purpose: Purpose;
  /** `negatives`: samples to be learned from later, whose scores the wrong labels are drawn from */
  readonly of: 'samples' | PredictionOf | 'negatives';
  readonly from: Dataset | SampleStream;
  /** of an open line: when each sample was to come, in nanoseconds since the run began [rows] */
  readonly intended?: Float64Array;
}

/** Samples that a prediction may hold. */
export interface Room {
  readonly rows: number;
  /** the same for one that asks for scores to draw negatives from */
  readonly asked: number;
}

/**
 * All that a run sends through its pipeline, in order: the microbatches to learn from, samples predicted before they are
 * learned from, held-out samples after every so many epochs, and at the end the test set. A pure function of the pipeline
 * and the position.
 *
 * Where the source draws the negatives, what asks for microbatch k comes right before microbatch k − lag, and what asks for
 * the first ones before everything else.
 *
 * @param first  learning microbatch to begin at: whatever comes before it, or right after the one before it, is left out,
 *               but for predictions of held-out samples at the end of an epoch
 */
export function* itinerary(
  pipeline: ResolvedPipeline,
  room: Room,
  first = 0,
): Generator<Item, void, undefined> {
  const { samples, heldOut, test, epochs, predictBy, negatives, labelDelay } = pipeline;
  const predictAll = function* (from: Dataset, of: PredictionOf, epoch: number): Generator<Item> {
    const order = Uint32Array.from({ length: from.count }, (_, i) => i);
    for (const indices of blocks(order, room.rows)) yield { purpose: predictBy, of, from, indices, epoch };
  };
  const microbatches = microbatchesOf(pipeline);
  const learning = samplesOf({ ...pipeline, microbatches });
  const { purpose = 'goodness', lag = 0 } = negatives?.asks ?? {};
  const ahead = negatives?.asks && learning.from(first === 0 ? 0 : first + lag);
  const ask = function* (): Generator<Item> {
    const next = ahead?.next();
    if (next === undefined || next.done) return;
    for (const indices of blocks(next.value.indices, room.asked)) {
      yield { purpose, of: 'negatives', from: samples, indices, epoch: next.value.epoch };
    }
  };
  const each = microbatchesPerEpoch(pipeline);
  /** predicts what is held out where so many microbatches end an epoch, or all of them */
  const hold = function* (learned: number): Generator<Item> {
    if (heldOut === undefined || learned === 0 || (learned % each !== 0 && learned !== microbatches)) return;
    const done = Math.ceil(learned / each);
    if (done % heldOut.every === 0 || learned === microbatches) {
      yield* predictAll(heldOut.samples, 'held', done);
    }
  };
  yield* hold(first);
  if (first === 0) for (let i = 0; i < lag; i++) yield* ask();
  let k = first;
  // with a label delay what is learned from runs behind what is predicted
  const predicted = learning.from(first === 0 ? 0 : first + labelDelay);
  const predict = function* (): Generator<Item> {
    const { value: batch } = predicted.next();
    if (!batch) return;
    for (const indices of predictedBefore(batch, k, pipeline, room))
      yield { purpose: predictBy, of: 'running', from: samples, indices, epoch: batch.epoch };
  };
  if (first === 0) for (let i = 0; i < labelDelay; i++) yield* predict();
  for (const batch of learning.from(first)) {
    yield* predict();
    yield* ask();
    yield { purpose: 'learn', of: 'samples', from: samples, ...batch };
    yield* hold(++k);
  }
  if (test !== undefined) yield* predictAll(test, 'test', epochs);
}

/** The samples of microbatch k that are predicted before they are learned from. */
function* predictedBefore(
  { indices }: Batch,
  k: number,
  { prequential, runningEvery }: ResolvedPipeline,
  { rows }: Room,
): Generator<Batch['indices']> {
  if (prequential) yield* blocks(indices, rows);
  else if (runningEvery > 0 && k % runningEvery === 0) yield indices.subarray(0, rows);
}
