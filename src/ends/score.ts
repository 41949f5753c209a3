import { must } from '../core/check.ts';
import { matrix } from '../core/matrix.ts';
import { argmax } from '../core/rows.ts';
import type { PredictionEvent } from '../core/trace.ts';
import type { Microbatch } from '../data/microbatch.ts';

/** @throws {RangeError} when a score is not finite */
export function mustBeScored({ rows, scores, shape }: Microbatch): void {
  const wrong = scores.subarray(0, rows * shape.classes).find((score) => !Number.isFinite(score));
  must(wrong === undefined, 'scores', 'finite', wrong);
}

/** The predictions of a microbatch that has been through the pipeline, beside the truth. */
export function scored(
  { sequence, purpose, rows, ids, labels, scores, shape }: Microbatch,
  why: Pick<PredictionEvent, 'of' | 'epoch' | 'start'>,
): PredictionEvent {
  const table = matrix(rows, shape.classes, scores);
  const Classes = shape.classes <= 256 ? Uint8Array : Uint16Array;
  const predicted = Classes.from({ length: rows }, (_, row) => argmax(table, row));
  const truth = Classes.from(labels.subarray(0, rows));
  const correct = predicted.reduce((sum, label, row) => sum + (label === truth[row] ? 1 : 0), 0);
  return {
    ...{ kind: 'prediction', microbatch: sequence, purpose, ...why, rows },
    ...{ correct, predicted, truth, ids: ids.slice(0, rows) },
  };
}
