import { mustBeWhole } from '../../core/check.ts';
import { permutation, random } from '../../core/random.ts';
import { type Dataset, dataset } from '../dataset.ts';

/**
 * The same samples with their features in another order, one for all of them: what a network that knows of no neighbours can
 * learn as well.
 *
 * @param seed  of the order
 * @param kept  first features that stay where they are, such as the pixels that labels are written over; left out, one a class
 * @throws {RangeError} when more are to stay than there are
 */
export function permutedFeatures(samples: Dataset, seed: number, kept = samples.classes): Dataset {
  const { name, width, classes, count, images, labels } = samples;
  mustBeWhole(width - kept, `features of ${name} that move`, 0);
  const order = permutation(width - kept, random(seed));
  const moved = images.slice();
  for (let start = 0; start < count * width; start += width)
    for (let j = kept; j < width; j++) moved[start + j] = images[start + kept + order[j - kept]];
  return dataset({ ...{ name: `${name}, permuted`, width, classes }, images: moved, labels });
}
