import { type Random, streamState } from '../../core/random.ts';
import type { Stateful } from '../../core/state.ts';

/** What programming and reading back weights add to them, in units of the cells. */
export interface WritingNoise extends Stateful {
  /** Adds the error of programming, anew each time. */
  program(weights: Float32Array): Float32Array;
  /** Adds the error of reading weights back: the same one for the same weights, however often they are asked for. */
  readBack(weights: Float32Array): Float32Array;
}

/**
 * Normal errors of programming and of reading back.
 *
 * @param programming  standard deviation, ≥ 0
 * @param readingBack  standard deviation, ≥ 0
 */
export function writingNoise(programming: number, readingBack: number, random: Random): WritingNoise {
  const stream = random.fork('programming');
  return {
    ...streamState(stream),
    program: (weights) => disturbed(weights, programming, stream),
    readBack: (weights) => disturbed(weights, readingBack, random.fork('read back')),
  };
}

/** In place. */
function disturbed(weights: Float32Array, deviation: number, draw: Random): Float32Array {
  if (deviation > 0) for (let i = 0; i < weights.length; i++) weights[i] += deviation * draw.normal();
  return weights;
}
