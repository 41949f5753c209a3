import type { Microbatch } from '../data/microbatch.ts';

/**
 * By how much the label that a layer likes best exceeds the next, in what the layer itself has added to the scores: the mean over the
 * rows, ≥ 0. It takes no true label.
 *
 * @param before  what the layer was sent
 * @param after   what it sends on
 * @returns  undefined where the layer has added nothing, or there is one label only
 */
export function marginOf(before: Microbatch, after: Microbatch): number | undefined {
  const { rows, shape } = after;
  const count = shape.classes;
  if (count < 2 || rows === 0) return undefined;
  const [old, scores] = [before.scores, after.scores];
  let sum = 0;
  let adds = false;
  for (let r = 0, i = 0; r < rows; r++) {
    let best = Number.NEGATIVE_INFINITY;
    let next = best;
    for (let c = 0; c < count; c++, i++) {
      const own = scores[i] - old[i];
      if (own !== 0) adds = true;
      if (own > best) {
        next = best;
        best = own;
      } else if (own > next) next = own;
    }
    sum += best - next;
  }
  return adds ? sum / rows : undefined;
}
