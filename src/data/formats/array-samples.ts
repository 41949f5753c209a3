import type { RawLabels, RawOptions, RawSamples } from './format.ts';
import { codesOf, LabelCodes } from './label-codes.ts';
import { NumberStore } from './number-store.ts';

/** An array of a file, of whichever format. */
export interface FileArray {
  /** the file, or the file and the array in it, for errors */
  readonly thing: string;
  /** slowest first */
  readonly shape: readonly number[];
  readonly dtype: string;
  /** [product of shape] */
  readonly values: ArrayLike<number> | readonly string[];
}

/**
 * Samples of an array with a row a sample, and of an array of labels; without one `--label` may name a column of the first.
 *
 * @param defaultColumn  of labels with several columns, the one to take where nobody says, from 1
 * @throws {Error} one sentence, when an array has too few or too many dimensions, the two disagree or a value is missing
 */
export function samplesOfArrays(
  features: FileArray,
  labels: FileArray | undefined,
  options: RawOptions,
  defaultColumn?: number,
): RawSamples {
  const { thing, shape, dtype } = features;
  if (dtype === 'text') throw new Error(`features of ${thing} must be numbers; got text`);
  if (shape.length < 2) throw new Error(`${thing} must have 2 dimensions or more; got ${shape.length}`);
  const [count, ...sides] = shape;
  const values = features.values as ArrayLike<number>;
  if (labels === undefined && options.label !== undefined && sides.length === 1)
    return { ...withoutColumn(features, values, options.label, options), dtype };
  const found = labels === undefined ? undefined : labelsOf(labels, count, options.label, defaultColumn);
  const large = sides.filter((side) => side > 1);
  const width = sides.reduce((a, b) => a * b, 1);
  const kept = numbersOf(values, features, width, options);
  return {
    ...{ count, width, shape: large.length === 0 ? [1] : large, dtype, ...kept },
    ...{ labels: found?.labels, notes: found?.notes ?? [] },
  };
}

/** The labels of an array with one or, a column of it named, with several of them a sample. */
export function labelsOf(
  { thing, shape, dtype, values }: FileArray,
  count: number,
  asked: string | undefined,
  defaultColumn: number | undefined,
): { labels: RawLabels; notes: string[] } {
  const columns = shape.slice(1).reduce((a, b) => a * b, 1);
  if (shape.length > 2 && columns > 1) throw new Error(`${thing} must have 1 dimension; got ${shape.length}`);
  if (shape[0] !== count)
    throw new Error(`${thing} must hold a label for each of ${count} images; got ${shape[0]}`);
  if (columns === 1) return { labels: codes(values, dtype, thing), notes: [] };
  const column = asked === undefined ? defaultColumn : columnNumber(asked, columns);
  if (column === undefined)
    throw new Error(
      `label must be a column of ${thing}, from 1 to ${columns}; got ${asked ?? 'none'}: give --label, or save one label a sample (one-hot rows by argmax)`,
    );
  const chosen = Array.from({ length: count }, (_, i) => values[i * columns + column - 1]);
  const notes = [`labels are column ${column} of ${columns} in ${thing}`];
  return { labels: codes(chosen as number[] | string[], dtype, thing), notes };
}

function codes(values: ArrayLike<number> | readonly string[], dtype: string, thing: string): RawLabels {
  if (dtype !== 'text') return codesOf(values as ArrayLike<number>, thing);
  const all = new LabelCodes(thing);
  for (const label of values as readonly string[]) all.add(label);
  return all.labels();
}

/** @returns from 1, or undefined where there is no such column */
function columnNumber(label: string, columns: number): number | undefined {
  const number = Number(label) < 0 ? columns + 1 + Number(label) : Number(label);
  return Number.isInteger(number) && number >= 1 && number <= columns ? number : undefined;
}

/** A table of numbers one column of which is the label. */
function withoutColumn(
  { thing, shape: [count, columns] }: FileArray,
  values: ArrayLike<number>,
  label: string,
  options: RawOptions,
): Omit<RawSamples, 'dtype'> {
  const column = columnNumber(label, columns);
  if (column === undefined || columns < 2)
    throw new Error(
      `label must be a column of ${thing}, from 1 to ${columns}, with features beside it; got '${label}'`,
    );
  const chosen = Array.from({ length: count }, (_, i) => values[i * columns + column - 1]);
  const rest = new NumberStore(thing);
  let missing = 0;
  for (let i = 0; i < values.length; i++) {
    if (i % columns === column - 1) continue;
    if (!isNumber(values[i])) missing += absent(thing, i, columns, values[i], options);
    rest.add(values[i]);
  }
  return {
    ...{ count, width: columns - 1, shape: [columns - 1], features: rest.numbers(), missing },
    ...{ labels: codesOf(chosen, thing), notes: [`labels are column ${column} of ${columns} in ${thing}`] },
  };
}

/** Bytes where all are, else floats. */
function numbersOf(
  values: ArrayLike<number>,
  { thing }: FileArray,
  width: number,
  options: RawOptions,
): Pick<RawSamples, 'features' | 'missing'> {
  if (values instanceof Uint8Array) return { features: values, missing: 0 };
  let missing = 0;
  let bytes = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!isNumber(value)) missing += absent(thing, i, width, value, options);
    bytes &&= value >= 0 && value <= 255 && value === Math.floor(value);
  }
  return { features: bytes ? new Uint8Array(values) : new Float32Array(values), missing };
}

function isNumber(value: number): boolean {
  return Number.isFinite(Math.fround(value));
}

/** @returns 1, where missing values are counted */
function absent(thing: string, index: number, width: number, value: number, { missing }: RawOptions): number {
  if (missing === 'count' && Number.isNaN(value)) return 1;
  const place = `feature ${(index % width) + 1} of sample ${Math.floor(index / width) + 1} in ${thing}`;
  throw new Error(
    `${place} must be a finite 32-bit number; got ${value}: fill it in or leave the sample out`,
  );
}
