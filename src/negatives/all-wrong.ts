import { plan } from '../core/plan.ts';
import type { Negatives, NegativesPlan } from './negative.ts';

/**
 * All wrong labels in turn: neighbouring samples of a microbatch reject the next, the one after it, and so on, so that each
 * wrong label is as frequent as the others in every microbatch, not only in the long run. Where the turn begins is drawn for
 * each microbatch. A sample still costs one negative row a pass, not one for each wrong label.
 */
export function allWrong(): NegativesPlan {
  return plan(import.meta.url, 'all wrong labels');
}

export function create(): Negatives {
  return {
    name: 'all wrong labels',
    needsOpinion: false,
    draw(truth, rows, classes, _opinion, random, into) {
      const turn = random.whole(classes - 1);
      for (let r = 0; r < rows; r++) into[r] = (truth[r] + 1 + ((turn + r) % (classes - 1))) % classes;
    },
  };
}
