import { plan } from '../core/plan.ts';
import type { Negatives, NegativesPlan } from './negative.ts';

/**
 * The wrong labels that the first layer itself finds plausible: drawn from softmax(α · g) of its goodness for each label,
 * the true one left out. No edge leads back from higher layers, so the stream stays one-directional and exact.
 */
export function hardLabel(): NegativesPlan {
  return plan(import.meta.url, 'hard label');
}

export function create(): Negatives {
  return {
    name: 'hard label',
    needsOpinion: true,
    draw(truth, rows, classes, opinion, random, into) {
      if (opinion === undefined)
        throw new TypeError('hard labels must be given the first layer’s opinion; got none');
      const odds = new Float64Array(classes);
      for (let i = 0; i < rows; i++) {
        const at = i * classes;
        let top = Number.NEGATIVE_INFINITY;
        for (let c = 0; c < classes; c++) if (c !== truth[i]) top = Math.max(top, opinion.data[at + c]);
        let total = 0;
        for (let c = 0; c < classes; c++) {
          odds[c] = c === truth[i] ? 0 : Math.exp(opinion.data[at + c] - top);
          total += odds[c];
        }
        into[i] = pick(odds, random.uniform() * total, truth[i]);
      }
    },
  };
}

/** The class at which the running sum of odds passes `mark`; rounding can't make it the true one. */
function pick(odds: Float64Array, mark: number, truth: number): number {
  let sum = 0;
  let last = truth === 0 ? 1 : 0;
  for (let c = 0; c < odds.length; c++) {
    if (c === truth) continue;
    last = c;
    sum += odds[c];
    if (mark < sum) break;
  }
  return last;
}
