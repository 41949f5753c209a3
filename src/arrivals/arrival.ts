import type { Random } from '../core/random.ts';

/** When microbatches come, whatever the pipeline does: an open line. */
export interface Arrivals {
  readonly name: string;
  /** microbatches per second, in the long run */
  readonly rate: number;
  /** draws the nanoseconds to the next arrival */
  gaps(random: Random): () => number;
}
