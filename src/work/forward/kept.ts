import type { Microbatch } from '../../data/microbatch.ts';
import type { Memory } from '../../layers/layer.ts';

/** What a stage keeps of one microbatch from its F to its W. */
export interface Kept {
  input: Microbatch;
  /** room of its own for the input, once it was needed */
  own?: Microbatch;
  readonly memories: readonly Memory[];
  /** activity between the stage's own layers */
  readonly between: readonly Microbatch[];
}
