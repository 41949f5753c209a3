import type { Dataset } from '../data/dataset.ts';
import { withWrittenLabels, writtenRows } from '../data/made/written-labels.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { activities } from './activities.ts';

/**
 * The mean square of what each Forward-Forward layer sends for samples with these labels in their pictures: its goodness where
 * nothing normalises it, and all that is left of it where something does.
 *
 * @param pipeline  its layers, products and `weights`, as for `activities`; it reads labelled images
 * @param labels    one for each sample, right or wrong [count]
 * @returns  an array for each layer, from below [count]
 * @throws {RangeError} when there are not as many labels as samples, or one is no class
 */
export async function squaresSent(
  pipeline: Pipeline,
  samples: Dataset,
  labels: ArrayLike<number>,
): Promise<readonly number[][]> {
  const encoding = writtenRows({ classes: samples.classes });
  const sent = await activities({ ...pipeline, encoding }, withWrittenLabels(samples, labels));
  return sent.map(({ images, width, count }) =>
    Array.from({ length: count }, (_, r) => {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += images[r * width + j] ** 2;
      return sum / width;
    }),
  );
}
