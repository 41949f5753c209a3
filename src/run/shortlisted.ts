import { lastValueFrom, reduce } from 'rxjs';
import { must } from '../core/check.ts';
import { matrix } from '../core/matrix.ts';
import type { TraceEvent } from '../core/trace.ts';
import { shortlistOf } from '../data/shortlist.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import { run } from './run.ts';

/** What predicting a test set by one way came to. */
export interface Predictions {
  /** share that is right, 0 to 1 */
  readonly accuracy: number;
  /** [test samples] */
  readonly predicted: Uint16Array;
  /** multiply-accumulates of matrix products a sample, as the tiles counted them */
  readonly macs: number;
  /** nanoseconds in ops on the run's clock, over all stages */
  readonly nanoseconds: number;
}

/** Predictions with what they were made from. */
export interface ScoredPredictions extends Predictions {
  /** of every class [test samples × classes] */
  readonly scores: Float32Array;
}

/**
 * Predicts the test set of a pipeline, and learns nothing before.
 *
 * @param pipeline  with the `weights` that were learned, and a `test` set; its `predictBy` says how
 */
export async function predictions(pipeline: Pipeline, runtime: Runtime): Promise<ScoredPredictions> {
  const { test, samples } = pipeline;
  must(test !== undefined, 'test', 'given, to be predicted', test);
  const { classes } = samples;
  const predicted = new Uint16Array(test.count);
  const scores = new Float32Array(test.count * classes);
  const { heldOut: _held, runningEvery: _every, ...rest } = pipeline;
  const told = run({ ...rest, epochs: 0, microbatches: 0 }, runtime, { withScores: true });
  const add = (sum: { correct: number; macs: number; nanoseconds: number }, event: TraceEvent) => {
    if (event.kind === 'op' && event.purpose !== 'learn') {
      sum.macs += event.macs;
      sum.nanoseconds += event.end - event.start;
    } else if (event.kind === 'prediction' && event.of === 'test') {
      sum.correct += event.correct;
      for (let r = 0; r < event.rows; r++) {
        const id = event.ids?.[r] ?? 0;
        predicted[id] = event.predicted[r];
        scores.set(event.scores?.subarray(r * classes, (r + 1) * classes) ?? [], id * classes);
      }
    }
    return sum;
  };
  const { correct, macs, nanoseconds } = await lastValueFrom(
    told.pipe(reduce(add, { correct: 0, macs: 0, nanoseconds: 0 })),
  );
  const { count } = test;
  return { accuracy: correct / count, predicted, scores, macs: macs / count, nanoseconds };
}

export interface Shortlisted extends Predictions {
  /** share of the samples whose true label was on the shortlist: what the second pass can reach at most, 0 to 1 */
  readonly listed: number;
}

/**
 * Predicts in two passes: a readout's scores of one pass choose so many labels of each sample, and the goodness of those
 * decides. Both passes are counted.
 *
 * @param pipeline  Forward-Forward layers with a readout on top, its `weights` and a `test` set
 * @param size      labels of a sample, 2 or more
 * @param first     what `predictions` found in one pass, where it is known
 * @throws {RangeError} when the pipeline can't predict in one of the two ways, or the size is out of range
 * @see Hinton 2022, section 5, on a shortlist by the quick way and its scoring by the slow one
 */
export async function shortlisted(
  pipeline: Pipeline,
  runtime: Runtime,
  size: number,
  first?: ScoredPredictions,
): Promise<Shortlisted> {
  const one = first ?? (await predictions({ ...pipeline, predictBy: 'onePass' }, runtime));
  const { test, samples } = pipeline;
  must(test !== undefined, 'test', 'given, to be predicted', test);
  const shortlist = shortlistOf(matrix(test.count, samples.classes, one.scores), size);
  const two = await predictions({ ...pipeline, predictBy: 'goodness', shortlist }, runtime);
  let listed = 0;
  for (let i = 0; i < test.count; i++)
    if (shortlist.labels.subarray(i * size, (i + 1) * size).includes(test.labels[i])) listed++;
  const { accuracy, predicted } = two;
  return {
    ...{ accuracy, predicted, listed: listed / test.count },
    ...{ macs: one.macs + two.macs, nanoseconds: one.nanoseconds + two.nanoseconds },
  };
}
