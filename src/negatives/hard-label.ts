import { plan } from '../core/plan.ts';
import { drawBySoftmax, type Negatives, type NegativesPlan } from './negative.ts';

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
    draw(truth, rows, _classes, opinion, random, into) {
      if (opinion === undefined)
        throw new TypeError('hard labels must be given the first layer’s opinion; got none');
      drawBySoftmax(1, truth, rows, opinion, random, into);
    },
  };
}
