import { type Negatives, type NegativesPlan, plan } from 'forwardflow/extend';

/** Rejects the label after the true one. */
export const nextLabel = (): NegativesPlan => plan(import.meta.url, 'next label');

export const create = (): Negatives => ({
  name: 'next label',
  needsOpinion: false,
  draw(truth, rows, classes, _opinion, _random, into) {
    for (let i = 0; i < rows; i++) into[i] = (truth[i] + 1) % classes;
  },
});
