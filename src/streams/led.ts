import { must, mustBeShare, mustBeWhole } from '../core/check.ts';
import type { SampleStream } from '../data/endless.ts';
import { generated, type StreamOptions, worldOf } from './stream.ts';

/** segments that a digit lights, by its number: top, upper left, upper right, middle, lower left, lower right, bottom */
const segments = [
  '1110111',
  '0010010',
  '1011101',
  '1011011',
  '0111010',
  '1101011',
  '1101111',
  '1010010',
  '1111111',
  '1111011',
].map((lit) => [...lit].map(Number));
const irrelevant = 17;

export interface LedOptions extends StreamOptions {
  /** probability that a segment is inverted, as River has it: 0.01 less is what happens; left out, 0 */
  readonly noise?: number | undefined;
  /** whether there are 17 bits more that mean nothing; left out, false, or true with `drift` */
  readonly irrelevant?: boolean | undefined;
  /** how many segments have changed places with bits that mean nothing, 0 to 7; left out, 0 */
  readonly drift?: number | undefined;
}

/**
 * The seven segments of a digit, each inverted with probability noise − 0.01 (0.01 + u ≤ noise, as in MOA and River), and perhaps 17 fair coins beside
 * them. Which places segments change with is drawn from the seed: `concept(led({ drift: 4 }))` is what changes.
 *
 * @throws {RangeError} when an option is out of range
 * @see Breiman and others 1984, Classification and regression trees; River 0.26 `synth.LED`, `synth.LEDDrift`
 */
export function led({ noise = 0, drift = 0, irrelevant: more, ...options }: LedOptions = {}): SampleStream {
  mustBeShare(noise, 'noise of led');
  mustBeWhole(drift, 'drift of led', 0, 'segments');
  must(drift <= 7, 'drift of led', 'at most 7, its segments', drift);
  const besides = more ?? drift > 0;
  must(besides || drift === 0, 'irrelevant of led', 'true where segments drift', more);
  const width = 7 + (besides ? irrelevant : 0);
  const places = Uint8Array.from({ length: width }, (_, i) => i);
  const world = worldOf('led', options);
  const [first, offset] = [world.whole(7), world.whole(irrelevant)];
  for (let i = 0; i < drift; i++) {
    const [one, other] = [(i + first) % 7, 7 + ((i + offset) % irrelevant)];
    places[one] = other;
    places[other] = one;
  }
  return generated({
    ...{ name: 'led', width, classes: 10 },
    sample(_index, random, into) {
      const digit = random.whole(10);
      for (let i = 0; i < 7; i++) {
        const lit = segments[digit][i];
        into[places[i]] = 0.01 + random.uniform() <= noise ? 1 - lit : lit;
      }
      for (let i = 7; i < width; i++) into[places[i]] = random.whole(2);
      return digit;
    },
  });
}
