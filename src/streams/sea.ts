import { must, mustBeShare } from '../core/check.ts';
import type { SampleStream } from '../data/endless.ts';
import { generated } from './stream.ts';

/** θ by variant */
const thresholds = [8, 9, 7, 9.5] as const;

export interface SeaOptions {
  /** which of the four concepts, 0 to 3, θ = 8, 9, 7, 9.5; left out, 0 */
  readonly variant?: number | undefined;
  /** probability that a label is flipped, 0 to 1; left out, 0 */
  readonly noise?: number | undefined;
}

/**
 * SEA concepts: x₀, x₁, x₂ uniform in [0, 10), of which the third means nothing.
 *
 *     y = 1 if x₀ + x₁ > θ, else 0
 *
 * @throws {RangeError} when an option is out of range
 * @see Street and Kim 2001, A streaming ensemble algorithm (SEA) for large-scale classification; River 0.26 `synth.SEA`
 */
export function sea({ variant = 0, noise = 0 }: SeaOptions = {}): SampleStream {
  const threshold = thresholds[variant];
  must(threshold !== undefined, 'variant of sea', 'a whole number from 0 to 3', variant);
  mustBeShare(noise, 'noise of sea');
  return generated({
    ...{ name: `sea ${variant}`, width: 3, classes: 2 },
    sample(_index, random, into) {
      const [a, b, c] = [10 * random.uniform(), 10 * random.uniform(), 10 * random.uniform()];
      into[0] = a;
      into[1] = b;
      into[2] = c;
      const label = a + b > threshold ? 1 : 0;
      return noise > 0 && random.uniform() < noise ? 1 - label : label;
    },
  });
}
