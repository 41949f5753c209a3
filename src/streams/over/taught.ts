import { must, mustBeWhole } from '../../core/check.ts';
import { checkDataset, type Dataset } from '../../data/dataset.ts';
import { endless, type SampleStream } from '../../data/endless.ts';
import { numbersOf } from '../../data/samples.ts';
import { passes } from '../parts/passes.ts';
import { type StreamOptions, worldOf } from '../stream.ts';

/**
 * A dataset over and over, as `shuffled`, whose labels a teacher gives: each time a sample comes, its label is drawn anew from what
 * the teacher makes of it. A cross-entropy's gradient is linear in its target, so that on average it is the gradient of the teacher's
 * soft target; and a rule that takes labels alone, as Forward-Forward, can learn from it, too. The dataset's own labels are not used.
 *
 * @param shares  what the teacher makes of each sample: probabilities of the classes [count × classes]
 * @throws {RangeError} when the dataset's parts disagree, or a row of shares is none: negative, not finite, or no sum of 1
 * @see Hinton, Vinyals and Dean 2015, arXiv 1503.02531, for soft targets
 */
export function taught(dataset: Dataset, shares: Float32Array, options: StreamOptions = {}): SampleStream {
  checkDataset(dataset);
  const { name, width, classes, count, images } = dataset;
  must(shares.length === count * classes, `shares of ${name}`, `${count} × ${classes}`, shares.length);
  for (let at = 0; at < count; at++) {
    const row = shares.subarray(at * classes, (at + 1) * classes);
    const fits = row.every((share) => share >= 0) && Math.abs(row.reduce((a, b) => a + b, 0) - 1) < 1e-3;
    must(fits, `shares of sample ${at} of ${name}`, '0 or more, and 1 together', [...row].join(', '));
  }
  const sampleAt = passes(count, worldOf('shuffled', options));
  return endless({
    ...{ name: `${name}, taught`, width, classes, numbers: numbersOf(dataset) },
    sample(index, random, into) {
      mustBeWhole(index, `index of a sample of ${name}`, 0);
      const at = sampleAt(index);
      into.set(images.subarray(at * width, (at + 1) * width));
      let left = random.fork('label').uniform();
      for (let c = 0; c < classes; c++) {
        left -= shares[at * classes + c];
        if (left < 0) return c;
      }
      // what rounding leaves of 1 falls to the likeliest class
      const row = shares.subarray(at * classes, (at + 1) * classes);
      return row.indexOf(Math.max(...row));
    },
  });
}
