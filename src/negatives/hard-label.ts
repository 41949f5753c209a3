import { must } from '../core/check.ts';
import { plan } from '../core/plan.ts';
import { drawBySoftmax, type Negatives, type NegativesPlan } from './negative.ts';

export interface HardLabelOptions {
  /** times the log-odds α · g, ≥ 0: 0 draws every wrong label alike, more draws the most plausible ever more surely; left out, 1 */
  readonly sharpness?: number;
}

/**
 * The wrong labels that the first layer itself finds plausible: drawn from softmax(sharpness · α · g) of its goodness for each
 * label, the true one left out. No edge leads back from higher layers, so the stream stays one-directional and exact.
 *
 * @throws {RangeError} when sharpness is no finite number, 0 or more
 */
export function hardLabel({ sharpness = 1 }: HardLabelOptions = {}): NegativesPlan {
  must(
    sharpness >= 0 && sharpness < Number.POSITIVE_INFINITY,
    'sharpness',
    'a finite number, 0 or more',
    sharpness,
  );
  return plan(import.meta.url, 'hard label', { sharpness });
}

export function create({ sharpness = 1 }: HardLabelOptions = {}): Negatives {
  return {
    name: 'hard label',
    needsOpinion: true,
    draw(truth, rows, _classes, opinion, random, into) {
      if (opinion === undefined)
        throw new TypeError('hard labels must be given the first layer’s opinion; got none');
      drawBySoftmax(sharpness, truth, rows, opinion, random, into);
    },
  };
}
