import type { Measure } from './measure.ts';

export interface Accuracy {
  /** share of predictions that were right, 0 to 1; undefined while there are none */
  readonly accuracy: number | undefined;
  /** predictions counted */
  readonly samples: number;
}

/** Accuracy on the test set. */
export function testAccuracy(): Measure<Accuracy> {
  let samples = 0;
  let correct = 0;
  return {
    add(event) {
      if (event.kind !== 'prediction' || event.of !== 'test') return;
      samples += event.rows;
      correct += event.correct;
    },
    value: () => ({ samples, accuracy: samples === 0 ? undefined : correct / samples }),
  };
}

/** Accuracy on samples that are held out, each time they were predicted. */
export function heldOutAccuracy(): Measure<
  readonly (Accuracy & { readonly epoch: number; readonly seconds: number })[]
> {
  const points: { epoch: number; samples: number; correct: number; end: number }[] = [];
  let start = 0;
  return {
    add(event) {
      if (event.kind === 'start') start = event.start;
      if (event.kind !== 'prediction' || event.of !== 'held') return;
      const { epoch, rows, correct } = event;
      if (points.at(-1)?.epoch !== epoch) points.push({ epoch, samples: 0, correct: 0, end: 0 });
      const last = points[points.length - 1];
      last.samples += rows;
      last.correct += correct;
      last.end = event.start;
    },
    value: () =>
      points.map(({ epoch, samples, correct, end }) => ({
        epoch,
        samples,
        accuracy: correct / samples,
        seconds: (end - start) / 1e9,
      })),
  };
}

/**
 * Prequential accuracy: of samples predicted just before they were learned from, over the last `window` of them.
 *
 * @param window  predictions, ≥ 1
 */
export function runningAccuracy(window = 1000): Measure<Accuracy> {
  const recent: { rows: number; correct: number }[] = [];
  let samples = 0;
  let correct = 0;
  return {
    add(event) {
      if (event.kind !== 'prediction' || event.of !== 'running') return;
      recent.push({ rows: event.rows, correct: event.correct });
      samples += event.rows;
      correct += event.correct;
      while (samples - recent[0].rows >= window) {
        const gone = recent.shift() as { rows: number; correct: number };
        samples -= gone.rows;
        correct -= gone.correct;
      }
    },
    value: () => ({ samples, accuracy: samples === 0 ? undefined : correct / samples }),
  };
}
