import type { Readable } from 'node:stream';
import { type Dataset, dataset } from '../dataset.ts';
import type { Part, RawOptions, RawSamples } from '../formats/format.ts';
import { classLabels, inOrder } from './classes.ts';
import { printableError } from './printable-error.ts';
import { type ScaleRule, type Scaling, scaled, scalingOf } from './scaling.ts';
import { openSource } from './source.ts';
import { testSplit } from './test-split.ts';

/** What a run knows of the data it has learned from, so that others are read alike. */
export interface KnownData {
  readonly classNames: readonly string[];
  readonly scaling: Scaling;
  /** features of a sample */
  readonly width: number;
  /** names of the features, where a table named them */
  readonly columns?: readonly string[] | undefined;
}

export interface ReadOptions extends Pick<RawOptions, 'label' | 'missing'> {
  /** how features are scaled; left out, `auto` */
  readonly scale?: ScaleRule | undefined;
  /** share of the samples that becomes the test set, where there is none */
  readonly testSplit?: number | undefined;
  /** of the run: the test set is drawn by it; left out, 1 */
  readonly seed?: number | undefined;
  /** read alike: classes, scaling and features are those of a run; left out, they are found */
  readonly known?: KnownData | undefined;
  /** what `-` reads */
  readonly stdin?: Readable | undefined;
}

/** Data as they were found and made ready. */
export interface ReadData extends KnownData {
  readonly name: string;
  /** undefined where there is a test set alone */
  readonly train: Dataset | undefined;
  readonly test: Dataset | undefined;
  /** what was read, before scaling */
  readonly raw: { readonly [part in Part]: RawSamples | undefined };
  /** whether the test set was drawn from the samples */
  readonly drawn: boolean;
  readonly passedOver: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Reads the data that a user names: `mnist`, `fashion`, a file, a folder, or `-`.
 *
 * Classes are counted from the labels that are learned from, and named by them; of data that are `known` they are the run's.
 *
 * @throws {Error} one sentence that says what to do: nothing there, no format that reads it, no labels, a value that is missing,
 *   parts that disagree, a test set asked for where there is one
 */
export async function readData(name: string, options: ReadOptions = {}): Promise<ReadData> {
  try {
    return await read(name, options);
  } catch (error) {
    throw printableError(error);
  }
}

async function read(name: string, options: ReadOptions): Promise<ReadData> {
  const { known, label, missing = 'refuse', stdin, testSplit: share } = options;
  const { name: shown, source, format } = await openSource(name, stdin);
  const found = await format.find(source, { label, missing });
  const whole = await found.parts.train?.(known);
  const notes = [...(whole?.notes ?? [])];
  let test = await found.parts.test?.(whole);
  const passedOver = [...found.passedOver];
  if (test !== undefined && test.labels === undefined && whole !== undefined && known === undefined) {
    passedOver.push('the test set, which has no labels');
    test = undefined;
  }
  if (share !== undefined && test !== undefined)
    throw new Error(
      `testSplit must be left out where there is a test set; got ${share}, and ${shown} has one`,
    );
  const split =
    share === undefined || whole === undefined
      ? undefined
      : testSplit(whole, share, options.seed ?? 1, shown);
  const raw = { train: split?.train ?? whole, test: split?.test ?? test };
  const base = (raw.train ?? raw.test) as RawSamples;
  for (const [part, samples] of Object.entries(raw))
    mustBeAsWide(samples, known?.width ?? base.width, `${shown} (${part})`);
  const classNames = known?.classNames ?? classesOf(whole ?? base, shown);
  const scaling = known?.scaling ?? scalingOf(base, options.scale ?? 'auto');
  const make = (samples: RawSamples | undefined, thing = shown): Dataset | undefined =>
    samples && datasetOf(samples, shown, classNames, scaling, thing);
  const columns = known === undefined ? base.columns : known.columns;
  return {
    ...{
      name: shown,
      classNames,
      scaling,
      width: base.width,
      raw,
      drawn: split !== undefined,
      passedOver,
      notes,
    },
    ...(columns !== undefined && { columns }),
    ...{ train: make(raw.train), test: make(raw.test, `the test set of ${shown}`) },
  };
}

function mustBeAsWide(samples: RawSamples | undefined, width: number, thing: string): void {
  if (samples !== undefined && samples.width !== width)
    throw new Error(
      `samples of ${thing} must have ${width} features, as those that are learned from; got ${samples.width}`,
    );
}

/** @throws {Error} when there are no labels, or all are the same */
function classesOf({ labels }: RawSamples, thing: string): string[] {
  if (labels === undefined)
    throw new Error(
      `${thing} must have labels: y beside x, or a column that --label names; got features alone`,
    );
  return inOrder(labels.names);
}

function datasetOf(
  samples: RawSamples,
  name: string,
  classNames: readonly string[],
  scaling: Scaling,
  thing: string,
): Dataset {
  const { width, features, count, labels } = samples;
  return dataset({
    ...{ name, width, classes: classNames.length, classNames, images: scaled(features, scaling) },
    labels: labels === undefined ? new Uint8Array(count) : classLabels(labels, classNames, thing),
  });
}
