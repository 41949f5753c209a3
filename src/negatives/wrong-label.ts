import { plan } from '../core/plan.ts';
import type { Negatives, NegativesPlan } from './negative.ts';

/** Any wrong label, each as likely as the others. */
export function wrongLabel(): NegativesPlan {
  return plan(import.meta.url, 'wrong label');
}

export function create(): Negatives {
  return {
    name: 'wrong label',
    needsOpinion: false,
    draw(truth, rows, classes, _opinion, random, into) {
      for (let i = 0; i < rows; i++) into[i] = (truth[i] + 1 + random.whole(classes - 1)) % classes;
    },
  };
}
