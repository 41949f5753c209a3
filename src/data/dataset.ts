import { must, mustBeWhole } from '../core/check.ts';
import { mustBeClasses } from './endless.ts';

/** Labelled samples that fit in memory, one after another: images, or any features. */
export interface Dataset {
  readonly name: string;
  /** samples, ≥ 1 */
  readonly count: number;
  /** pixels, or other features, a sample */
  readonly width: number;
  /** labels are 0 … classes − 1 */
  readonly classes: number;
  /** what each class is called; left out, its number  [classes] */
  readonly classNames?: readonly string[];
  /** [count × width]; a Uint8Array's 0 … 255 mean 0 … 1, a Float32Array is taken as it is */
  readonly images: Uint8Array | Float32Array;
  /** [count] */
  readonly labels: Uint8Array | Uint16Array;
}

/**
 * A dataset whose parts agree. Nothing is copied. Whether float features are finite is checked when they are read.
 *
 * @param parts.images  features                    [count × width]
 * @param parts.labels  classes, each below classes [count]
 * @throws {RangeError} when there is no sample, the lengths disagree or a label is no class (the first one is named)
 */
export function dataset(parts: Omit<Dataset, 'count'>): Dataset {
  const { name, width, classes, classNames, images, labels } = parts;
  const named = classNames === undefined ? {} : { classNames };
  const made = { name, count: labels.length, width, classes, ...named, images, labels };
  checkDataset(made);
  return made;
}

/**
 * Checks a dataset, which may have been made by hand: kernels trust its labels to be classes.
 *
 * @throws {RangeError} when an array is of another type, a number is out of range, the lengths disagree or a label is no class
 */
export function checkDataset({ name, count, width, classes, classNames, images, labels }: Dataset): void {
  mustBeWhole(width, `width of ${name}`, 1, 'pixels');
  mustBeClasses(classes, name);
  mustBeWhole(count, `count of ${name}`, 1, 'samples');
  const names = classNames?.length ?? classes;
  must(names === classes, `classNames of ${name}`, `${classes}, one a class`, names);
  mustBeArray(images, [Uint8Array, Float32Array], `images of ${name}`);
  mustBeArray(labels, [Uint8Array, Uint16Array], `labels of ${name}`);
  must(labels.length === count, `labels of ${name}`, `${count}, one a sample`, labels.length);
  must(
    images.length === count * width,
    `images of ${name}`,
    `${count} labels × ${width} = ${count * width} pixels`,
    images.length,
  );
  const wrong = labels.findIndex((label) => label >= classes);
  must(wrong < 0, `label ${wrong} of ${name}`, `a class from 0 to ${classes - 1}`, labels[wrong]);
}

type ArrayType = Uint8ArrayConstructor | Uint16ArrayConstructor | Float32ArrayConstructor;

function mustBeArray(array: unknown, types: readonly ArrayType[], thing: string): void {
  const type = (array as object | undefined)?.constructor?.name ?? typeof array;
  const rule = `a ${types.map(({ name }) => name).join(' or a ')}`;
  must(
    types.some((one) => array instanceof one),
    thing,
    rule,
    type,
  );
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
