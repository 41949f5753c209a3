import { mustBeWhole } from '../core/check.ts';
import { checkDataset, type Dataset } from '../data/dataset.ts';
import { endless, type SampleStream } from '../data/endless.ts';
import { epochOrder } from '../data/microbatches.ts';
import { numbersOf } from '../data/samples.ts';
import { type StreamOptions, worldOf } from './stream.ts';

/** orders that are kept: who asks for older samples, as a late label does, need not wait for them */
const kept = 4;

/**
 * A dataset over and over, each pass in an order of its own (Fisher-Yates): the bytes of the dataset, and every sample once a
 * pass.
 *
 * @throws {RangeError} when the dataset's parts disagree
 */
export function shuffled(dataset: Dataset, options: StreamOptions = {}): SampleStream {
  checkDataset(dataset);
  const { name, width, classes, count, images, labels } = dataset;
  const world = worldOf('shuffled', options);
  const orders = new Map<number, Uint32Array>();
  const orderOf = (pass: number): Uint32Array => {
    let order = orders.get(pass);
    if (order === undefined) {
      order = epochOrder(count, world.fork(`pass ${pass}`));
      if (orders.size === kept) orders.delete(orders.keys().next().value as number);
      orders.set(pass, order);
    }
    return order;
  };
  const write = (at: number, into: Uint8Array | Float32Array): number => {
    into.set(images.subarray(at * width, (at + 1) * width));
    return labels[at];
  };
  return endless({
    ...{ name, width, classes, numbers: numbersOf(dataset) },
    sample(index, _random, into) {
      mustBeWhole(index, `index of a sample of ${name}`, 0);
      const pass = Math.floor(index / count);
      return write(orderOf(pass)[index - pass * count], into);
    },
    again: (_index, random, into) => write(random.whole(count), into),
  });
}
