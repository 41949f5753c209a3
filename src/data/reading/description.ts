import type { RawSamples } from '../formats/format.ts';
import { listed } from './classes.ts';
import type { KnownData, ReadData } from './read-data.ts';
import { rangeOf, scalingText } from './scaling.ts';

/** What was found: the document of `forwardflow data`, and `data.json` of a run folder. */
export interface DataDescription extends Pick<KnownData, 'scaling' | 'columns'> {
  readonly name: string;
  /** that are learned from */
  readonly samples: number;
  readonly width: number;
  /** of one sample, slowest first */
  readonly shape: readonly number[];
  /** in the order in which a network numbers them, with the samples that are learned from */
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  /** how the numbers are stored: NumPy's name, or `text` */
  readonly dtype: string;
  readonly missing: number;
  /** smallest and largest feature, before scaling; null where all are missing */
  readonly range: readonly [number, number] | null;
  readonly test: { readonly samples: number; readonly drawn: boolean } | null;
  readonly passedOver: readonly string[];
  readonly notes: readonly string[];
}

/** @throws {Error} when there is nothing to learn from */
export function describe(data: ReadData): DataDescription {
  const { name, raw, train, test, classNames, scaling, columns, drawn, passedOver, notes } = data;
  const own = (raw.train ?? raw.test) as RawSamples;
  const counts = new Array<number>(classNames.length).fill(0);
  for (const label of (train ?? test)?.labels ?? []) counts[label]++;
  const range = rangeOf(own.features);
  return {
    ...{ name, samples: own.count, width: own.width, shape: own.shape },
    classes: classNames.map((name, i) => ({ name, count: counts[i] })),
    ...{ dtype: own.dtype, missing: own.missing, range: Number.isFinite(range[0]) ? range : null, scaling },
    test: raw.train !== undefined && raw.test !== undefined ? { samples: raw.test.count, drawn } : null,
    ...{ passedOver, notes },
    ...(columns !== undefined && { columns }),
  };
}

/** One line: what is learned from, and what is done to it. */
export function dataSentence({
  name,
  samples,
  shape,
  classes,
  range,
  scaling,
  test,
}: DataDescription): string {
  const tested =
    test === null
      ? 'no test set'
      : `${test.samples} to test${test.drawn ? ', drawn from each class alike (stratified) by the seed' : ''}`;
  const from = range === null ? '' : ` from ${short(range[0])} to ${short(range[1])}`;
  return [
    `${name}: ${samples} samples of ${shape.join(' × ')}`,
    tested,
    `${classes.length} classes: ${listed(classes.map((one) => one.name))}`,
    `features${from}, ${scalingText(scaling)}`,
  ].join('; ');
}

/** A number as people read it. */
export function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
