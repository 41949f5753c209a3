import type { Random } from '../core/random.ts';

/** How long something lasts, or by how much it is stretched: a value with a spread. */
export interface Distribution {
  readonly name: string;
  /** in the unit of what is drawn: nanoseconds for times, 1 for stretches that change no mean */
  readonly mean: number;
  /** standard deviation / mean */
  readonly cv: number;
  /** draws from a stream of its own, each ≥ 0 */
  sampler(random: Random): () => number;
}
