import { must } from '../core/check.ts';
import { matrix } from '../core/matrix.ts';
import { argmax } from '../core/rows.ts';
import type { ClassArray, PredictionEvent } from '../core/trace.ts';
import type { Microbatch } from '../data/microbatch.ts';

/** @throws {RangeError} when a score is not finite */
export function mustBeScored({ rows, scores, shape }: Microbatch): void {
  const wrong = scores.subarray(0, rows * shape.classes).find((score) => !Number.isFinite(score));
  must(wrong === undefined, 'scores', 'finite', wrong);
}

/**
 * The predictions of a microbatch that has been through the pipeline, beside the truth.
 *
 * @param withScores  whether the event has a copy of the scores
 */
export function scored(
  { sequence, purpose, rows, ids, labels, scores, shape }: Microbatch,
  why: Pick<PredictionEvent, 'of' | 'epoch' | 'start'>,
  withScores = false,
): PredictionEvent {
  const table = matrix(rows, shape.classes, scores);
  const classes = (): ClassArray => (shape.classes <= 256 ? new Uint8Array(rows) : new Uint16Array(rows));
  const [predicted, truth] = [classes(), classes()];
  truth.set(labels.subarray(0, rows));
  let correct = 0;
  for (let row = 0; row < rows; row++) {
    predicted[row] = argmax(table, row);
    if (predicted[row] === truth[row]) correct++;
  }
  return {
    ...{ kind: 'prediction', microbatch: sequence, purpose, ...why, rows },
    ...{ correct, predicted, truth, ids: ids.slice(0, rows) },
    ...(withScores && { scores: new Float32Array(scores.subarray(0, rows * shape.classes)) }),
  };
}
