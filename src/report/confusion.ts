import { must } from '../core/check.ts';
import type { ClassArray } from '../core/trace.ts';

/** classes of which a whole matrix is given */
const matrixAtMost = 256;

/** How well one class is told from the others. */
export interface ClassAccuracy {
  readonly class: number;
  /** samples of this class */
  readonly samples: number;
  readonly correct: number;
  /** 0 to 1; null where the class has no sample */
  readonly accuracy: number | null;
}

/** So many samples of one class were taken for another. */
export interface ConfusedPair {
  readonly label: number;
  readonly predicted: number;
  readonly count: number;
}

/** Which classes were taken for which. */
export interface Confusion {
  /** of each class  [classes] */
  readonly classes: readonly ClassAccuracy[];
  /** the mistakes, the most frequent first, then in the order of labels and predictions */
  readonly pairs: readonly ConfusedPair[];
  /** samples of each label (row) that were predicted as each class (column); null beyond 256 classes [classes × classes] */
  readonly matrix: readonly (readonly number[])[] | null;
}

/**
 * Counts predictions against the truth.
 *
 * @param labels     the true classes, each below `classes` [samples]
 * @param predicted  the classes predicted               [samples]
 * @throws {RangeError} unless both have the same length
 */
export function confusionOf(labels: ArrayLike<number>, predicted: ClassArray, classes: number): Confusion {
  must(labels.length === predicted.length, 'predictions', `${labels.length}, one a label`, predicted.length);
  const counts = new Map<number, number>();
  for (let i = 0; i < predicted.length; i++) {
    const cell = labels[i] * classes + predicted[i];
    counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  const samples = new Array<number>(classes).fill(0);
  const pairs: ConfusedPair[] = [];
  for (const [cell, count] of counts) {
    const [label, guess] = [Math.floor(cell / classes), cell % classes];
    samples[label] += count;
    if (label !== guess) pairs.push({ label, predicted: guess, count });
  }
  pairs.sort((a, b) => b.count - a.count || a.label - b.label || a.predicted - b.predicted);
  const at = (label: number, guess: number): number => counts.get(label * classes + guess) ?? 0;
  return {
    classes: samples.map((total, index) => {
      const correct = at(index, index);
      return { class: index, samples: total, correct, accuracy: total === 0 ? null : correct / total };
    }),
    pairs,
    matrix:
      classes > matrixAtMost ? null : samples.map((_, label) => samples.map((_, guess) => at(label, guess))),
  };
}
