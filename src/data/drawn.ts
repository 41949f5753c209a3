import { mustBeWhole } from '../core/check.ts';
import { random } from '../core/random.ts';
import { type Dataset, dataset } from './dataset.ts';
import type { SampleStream } from './endless.ts';

export interface DrawnOptions {
  /** of the samples' draws; a sample is the same whatever `first` and `count` are; 0 or more, left out, 1 */
  readonly seed?: number | undefined;
  /** index of the first sample, 0 or more; left out, 0 */
  readonly first?: number | undefined;
}

/**
 * A dataset of samples drawn from a stream: those of its indices from `first` on.
 *
 * @param count  samples, 1 or more
 * @throws {RangeError} when an option is out of range
 */
export function drawn(
  stream: SampleStream,
  count: number,
  { seed = 1, first = 0 }: DrawnOptions = {},
): Dataset {
  mustBeWhole(count, `count of samples drawn from ${stream.name}`, 1);
  mustBeWhole(seed, 'seed of drawn samples', 0);
  mustBeWhole(first, 'first of drawn samples', 0);
  const { name, width, classes, numbers } = stream;
  const images = numbers === 'bytes' ? new Uint8Array(count * width) : new Float32Array(count * width);
  const root = random(seed).fork('drawn');
  const labels = Uint16Array.from({ length: count }, (_, i) => {
    const index = first + i;
    return stream.sample(index, root.fork(`${index}`), images.subarray(i * width, (i + 1) * width));
  });
  return dataset({ name, width, classes, images, labels });
}
