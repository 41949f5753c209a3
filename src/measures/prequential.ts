import { must, mustBeWhole } from '../core/check.ts';
import type { Measure } from './measure.ts';
import { LabelJoin } from './parts/label-join.ts';
import { ScoreCounter, type Scores } from './parts/scores.ts';
import { Series } from './parts/series.ts';

export interface PrequentialOptions {
  /** predictions of the windowed accuracy, ≥ 1; left out, 1,000 */
  readonly window?: number;
  /** α of the fading accuracy, 0 to 1; left out, 0.999 */
  readonly fading?: number;
  /** `at once`: scored as it is told; `when learned`: as its sample is sent in to be learned from; left out, `at once` */
  readonly labels?: 'at once' | 'when learned';
  /** predictions that may wait for their label, ≥ 1; left out, 100,000 */
  readonly waiting?: number;
  /** is told of each prediction as it is scored: its sample's id, or its place among those scored, and 1 where it is wrong */
  readonly scored?: (at: number, error: 0 | 1) => void;
}

export interface Prequential extends Scores {
  /** predictions whose label never came: given up, for there were too many */
  readonly unscored: number;
  /** predictions that wait for their label */
  readonly waiting: number;
  /** the windowed accuracy over the stream, at most 256 points */
  readonly curve: readonly { readonly at: number; readonly accuracy: number }[];
}

/**
 * Prequential evaluation: each sample is predicted, scored, then learned from. Of predictions of running samples.
 *
 * @throws {RangeError} when an option is out of its range
 */
export function prequential(options: PrequentialOptions = {}): Measure<Prequential> {
  const { window = 1000, fading = 0.999, labels = 'at once', waiting = 100_000, scored } = options;
  mustBeWhole(window, 'window of prequential', 1, 'predictions');
  mustBeWhole(waiting, 'waiting of prequential', 1, 'predictions');
  must(fading >= 0 && fading <= 1, 'fading of prequential', 'between 0 and 1', fading);
  const counter = new ScoreCounter(window, fading);
  const curve = new Series(256);
  let samples = 0;
  const score = (at: number, predicted: number, label: number): void => {
    const error = counter.add(predicted, label);
    scored?.(at, error);
    if (curve.wants(samples++)) curve.add({ at, accuracy: counter.value().windowed });
  };
  const join = new LabelJoin(waiting, score);
  return {
    add(event) {
      if (event.kind === 'arrival' && event.purpose === 'learn' && labels === 'when learned') {
        for (const id of event.ids ?? []) join.label(id);
      }
      if (event.kind !== 'prediction' || event.of !== 'running' || event.truth === undefined) return;
      const { predicted, truth, rows, ids } = event;
      for (let r = 0; r < rows; r++) {
        const id = ids?.[r] ?? samples;
        if (labels === 'at once') score(id, predicted[r], truth[r]);
        else join.predict(id, predicted[r], truth[r]);
      }
    },
    value: () => ({
      ...counter.value(),
      unscored: join.unscored,
      waiting: join.waiting,
      curve: [...curve.points] as { at: number; accuracy: number }[],
    }),
  };
}
