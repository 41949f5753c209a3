import { mustBeWhole } from '../core/check.ts';
import { type Random, random } from '../core/random.ts';
import { type EndlessOptions, endless, type SampleStream } from '../data/endless.ts';

/** What every member takes. A member gives a `SampleStream` (`src/data/endless.ts`), pure in its index and its draws. */
export interface StreamOptions {
  /** of what the stream draws once, such as its centres or its orders; 0 or more, left out, 1 */
  readonly seed?: number | undefined;
}

/** The stream of random numbers that a member draws its world from. @throws {RangeError} when the seed is no whole number */
export function worldOf(name: string, { seed = 1 }: StreamOptions): Random {
  mustBeWhole(seed, `seed of ${name}`, 0);
  return random(seed).fork(name);
}

/** Samples of float features. @throws {RangeError} when width or classes is out of range */
export function generated(options: Omit<EndlessOptions, 'numbers'>): SampleStream {
  return endless({ ...options, numbers: 'floats' });
}
