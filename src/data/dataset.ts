import { must, mustBeWhole } from '../core/check.ts';

/** Labelled images that fit in memory, one after another. */
export interface Dataset {
  readonly name: string;
  /** samples, ≥ 1 */
  readonly count: number;
  /** pixels a sample */
  readonly width: number;
  /** labels are 0 … classes − 1 */
  readonly classes: number;
  /** [count × width]; a Uint8Array's 0 … 255 mean 0 … 1, a Float32Array is taken as it is */
  readonly images: Uint8Array | Float32Array;
  /** [count] */
  readonly labels: Uint8Array;
}

/**
 * A dataset whose parts agree. Nothing is copied. Whether float pixels are finite is for the stage that reads them.
 *
 * @param of.images  pixels                      [count × width]
 * @param of.labels  classes, each below classes [count]
 * @throws {RangeError} when there is no sample, the lengths disagree or a label is no class (the first one is named)
 */
export function dataset(of: Omit<Dataset, 'count'>): Dataset {
  const { name, width, classes, images, labels } = of;
  const count = labels.length;
  mustBeWhole(width, `width of ${name}`, 1, 'pixels');
  must(
    Number.isInteger(classes) && classes >= 1 && classes <= 256,
    `classes of ${name}`,
    'a whole number from 1 to 256',
    classes,
  );
  mustBeWhole(count, `count of ${name}`, 1, 'samples');
  must(
    images.length === count * width,
    `images of ${name}`,
    `${count} labels × ${width} = ${count * width} pixels`,
    images.length,
  );
  const wrong = labels.findIndex((label) => label >= classes);
  must(wrong < 0, `label ${wrong} of ${name}`, `a class from 0 to ${classes - 1}`, labels[wrong]);
  return { name, count, width, classes, images, labels };
}

/**
 * The samples from `start` up to, not including, `end`: a view, not a copy.
 *
 * @throws {RangeError} unless 0 ≤ start < end ≤ count
 */
export function slice(from: Dataset, start: number, end: number): Dataset {
  mustBeWhole(start, 'start of a slice', 0);
  mustBeWhole(end, 'end of a slice', start + 1);
  must(end <= from.count, 'end of a slice', `at most ${from.count}, the samples of ${from.name}`, end);
  return {
    ...from,
    count: end - start,
    images: from.images.subarray(start * from.width, end * from.width),
    labels: from.labels.subarray(start, end),
  };
}

/**
 * The first `limit` samples: a view, not a copy.
 *
 * @throws {RangeError} when there are fewer
 */
export function firstOf(from: Dataset, limit: number): Dataset {
  mustBeWhole(limit, 'limit', 1, 'samples');
  must(limit <= from.count, 'limit', `at most ${from.count}, the samples of ${from.name}`, limit);
  return slice(from, 0, limit);
}
