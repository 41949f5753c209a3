import { mustBeWhole } from '../core/check.ts';
import { checkDataset, type Dataset } from '../data/dataset.ts';
import { endless, type SampleStream } from '../data/endless.ts';
import { numbersOf } from '../data/samples.ts';
import { passes } from './parts/passes.ts';
import { type StreamOptions, worldOf } from './stream.ts';

/**
 * A dataset over and over, each pass in an order of its own (Fisher-Yates): the bytes of the dataset, and every sample once a
 * pass.
 *
 * @throws {RangeError} when the dataset's parts disagree
 */
export function shuffled(dataset: Dataset, options: StreamOptions = {}): SampleStream {
  checkDataset(dataset);
  const { name, width, classes, count, images, labels } = dataset;
  const sampleAt = passes(count, worldOf('shuffled', options));
  const write = (at: number, into: Uint8Array | Float32Array): number => {
    into.set(images.subarray(at * width, (at + 1) * width));
    return labels[at];
  };
  return endless({
    ...{ name, width, classes, numbers: numbersOf(dataset) },
    sample(index, _random, into) {
      mustBeWhole(index, `index of a sample of ${name}`, 0);
      return write(sampleAt(index), into);
    },
    again: (_index, random, into) => write(random.whole(count), into),
  });
}
