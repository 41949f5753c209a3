import { must, mustBeWhole } from '../core/check.ts';
import { permutation } from '../core/random.ts';
import type { SampleStream } from '../data/endless.ts';
import { generated, type StreamOptions, worldOf } from './stream.ts';

export interface ParityOptions extends StreamOptions {
  /** n, 1 or more; left out, 20 */
  readonly features?: number | undefined;
  /** k, how many of them count, 1 to n; left out, 3 */
  readonly bits?: number | undefined;
}

/**
 * Sparse parity: n fair signs, of which k secret ones, drawn from the seed, make the label. No fewer than k of them tell
 * anything of it.
 *
 *     x ∈ {−1, 1}ⁿ,   y = 1 if Π xᵢ over the secret i is 1, else 0
 *
 * @throws {RangeError} when an option is out of range
 * @see Barak and others 2022, Hidden progress in deep learning: SGD learns parities near the computational limit
 */
export function parity({ features = 20, bits = 3, ...options }: ParityOptions = {}): SampleStream {
  mustBeWhole(features, 'features of parity', 1);
  mustBeWhole(bits, 'bits of parity', 1);
  must(bits <= features, 'bits of parity', `at most ${features}, its features`, bits);
  const secret = permutation(features, worldOf('parity', options).fork('secret')).slice(0, bits);
  return generated({
    ...{ name: `parity of ${bits} in ${features}`, width: features, classes: 2 },
    sample(_index, random, into) {
      for (let i = 0; i < features; i++) into[i] = random.whole(2) === 1 ? 1 : -1;
      let product = 1;
      for (const i of secret) product *= into[i];
      return product === 1 ? 1 : 0;
    },
  });
}
