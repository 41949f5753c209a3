import { must } from '../../core/check.ts';
import { type Dataset, dataset } from '../dataset.ts';
import { type Encoding, labelOverlay, overlay } from '../encoding.ts';

/**
 * The rows that a first Forward-Forward layer reads of these samples with these labels in their pictures, as a data set: for
 * looking at what layers make of right labels and of wrong ones. `writtenRows()` encodes them.
 *
 * @param labels  one for each sample, right or wrong [count]
 * @throws {RangeError} when there are not as many labels as samples, or one is no class
 */
export function withWrittenLabels(samples: Dataset, labels: ArrayLike<number>): Dataset {
  const { name, width, classes, count, images } = samples;
  must(labels.length === count, 'labels', `${count}, one a sample`, labels.length);
  const encoding = labelOverlay({ classes });
  const rows = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * width, (i + 1) * width);
    overlay(row, encoding.encode(images, i, row), labels[i], classes);
  }
  return dataset({
    ...{ name: `${name}, labels written`, width, classes },
    images: rows,
    labels: samples.labels,
  });
}

/** Takes rows as they are, label and all: nothing is written over their label pixels, and the neutral label adds nothing. */
export function writtenRows({ classes = 10 } = {}): Encoding {
  return {
    name: 'writtenRows',
    labels: classes,
    encode(rows, index, into) {
      into.set(rows.subarray(index * into.length, (index + 1) * into.length));
      return 0;
    },
  };
}
