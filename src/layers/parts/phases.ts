import { arrays, type Stateful } from '../../core/state.ts';

export interface Phases extends Stateful {
  /** A microbatch goes forward: of the slopes of its positive and negative rows those of the other phase become 0. */
  separate(positive: Float32Array, negative: Float32Array): void;
}

/**
 * Positive and negative phases apart in time: so many microbatches teach by their positive rows alone, then as many by
 * their negative ones.
 *
 * @param length  microbatches of a phase, ≥ 1
 * @see Hinton 2022, section 8, which asks how far apart they may be
 */
export function phases(length: number): Phases {
  const came = new Float64Array(1);
  return {
    separate(positive, negative) {
      const of = Math.floor(came[0]++ / length) % 2 === 0 ? negative : positive;
      of.fill(0);
    },
    ...arrays({ came }),
  };
}
