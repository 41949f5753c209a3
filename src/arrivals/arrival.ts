import type { Random } from '../core/random.ts';

/** When things come, whatever the pipeline does: samples of an open line, or microbatches of a simulation. */
export interface Arrivals {
  readonly name: string;
  /** per second, in the long run */
  readonly rate: number;
  /** draws the nanoseconds to the next arrival, ≥ 0; Infinity where none comes any more */
  gaps(random: Random): () => number;
}
