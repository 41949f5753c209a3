import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type DataDescription,
  dataSentence,
  describe,
  imageSize,
  type KnownData,
  type LabelPlace,
  labelPlaceFor,
  readData,
} from '../../extend.ts';
import { type Dataset, firstOf, slice } from '../../index.ts';
import { parseJson, readText } from '../settings/files/text-file.ts';
import { parse } from '../settings/read-settings.ts';
import { plainRule } from '../settings/rules.ts';
import type { TrainSettings } from '../settings/train-settings.ts';

/** The file of a run folder that says what the run has learned from, and how others are read alike. */
export const dataFile = 'data.json';
/** of a file that lists tens of thousands of classes */
const mostBytes = 64e6;

export interface DataDocument extends DataDescription {
  /** where Forward-Forward's labels go */
  readonly labelPlace: LabelPlace;
}

/** The data of a run. */
export interface RunData {
  readonly train: Dataset;
  /** undefined where there is none */
  readonly test: Dataset | undefined;
  readonly document: DataDocument;
}

type DataSettings = Pick<TrainSettings, 'data' | 'label' | 'scale' | 'testSplit' | 'seed' | 'labelPlace'>;

/**
 * The data that settings name, and what is worth knowing of them.
 *
 * @param tell  takes one sentence for each thing that a user might not expect
 * @throws {Error} when they can't be read, or have nothing to learn from
 */
export async function readRunData(
  settings: DataSettings,
  tell: (text: string) => void = () => {},
): Promise<RunData> {
  const { data, label, scale, testSplit, seed } = settings;
  const found = await readData(data, { label, scale, testSplit, seed, stdin: process.stdin });
  const { train, test } = found;
  if (train === undefined)
    throw new Error(`${found.name} must have samples to learn from; got a test set alone`);
  if (train.classes < 2)
    throw new Error(
      `labels of ${found.name} must be of 2 classes or more; got '${found.classNames[0]}' alone`,
    );
  const description = describe(found);
  for (const passed of found.passedOver) tell(`passed over in ${found.name}: ${passed}`);
  const image = description.shape.length > 1 && imageSize(description.shape) !== undefined;
  const labelPlace = settings.labelPlace ?? labelPlaceFor(train, image);
  return { train, test, document: { ...description, labelPlace } };
}

/** What of the data is learned from, and what is held out. */
export function split(whole: Dataset, { limit, heldOut }: Pick<TrainSettings, 'limit' | 'heldOut'>) {
  const rest = whole.count - heldOut;
  if (rest < 1)
    throw new Error(`heldOut must be below ${whole.count}, the samples there are; got ${heldOut}`);
  const learned = heldOut > 0 ? slice(whole, 0, rest) : whole;
  return {
    learned: limit === undefined ? learned : firstOf(learned, limit),
    heldOut: heldOut > 0 ? slice(whole, rest, whole.count) : undefined,
  };
}

/** What is missing of the data for a figure to be had, one sentence each. */
export function warnings(learned: Dataset, { document, test }: RunData, heldOut: number): string[] {
  const { name, classes } = document;
  const seen = new Set<number>(learned.labels);
  const absent = classes.filter(({ count }, i) => count > 0 && !seen.has(i)).map((one) => one.name);
  return [
    ...(test === undefined && heldOut === 0
      ? [
          `${name} has no test set, so there is no test accuracy: draw one with --test-split 0.1, or hold samples out with --held-out`,
        ]
      : []),
    ...(absent.length > 0
      ? [
          `the samples learned from have none of ${absent.length} classes, '${absent[0]}' for one: --limit takes the first samples and --held-out the last, so a file sorted by class is better shuffled`,
        ]
      : []),
  ];
}

/** One line for people: what was learned from. */
export function dataLine(document: DataDocument, rules: readonly string[]): string {
  const front = document.labelPlace === 'front' && rules.some((rule) => plainRule(rule) === 'ff');
  const place = front
    ? `; Forward-Forward's label in ${document.classes.length} columns before the features`
    : '';
  return `${dataSentence(document)}${place}`;
}

const known = z.object({
  width: z.number(),
  samples: z.number(),
  classes: z.array(z.object({ name: z.string(), count: z.number() })).min(1),
  scaling: z.union([
    z.object({ by: z.number() }),
    z.object({ low: z.array(z.number()), high: z.array(z.number()) }),
  ]),
  columns: z.array(z.string()).optional(),
  labelPlace: z.enum(['over', 'front']),
});

/** What a run folder says of the data it was made from. */
export interface StoredData {
  readonly known: KnownData;
  readonly labelPlace: LabelPlace;
  /** that were learned from */
  readonly samples: number;
}

/** @returns undefined where the run has no such file, having been made before there were any; @throws {Error} when it can't be read */
export async function storedData(folder: string): Promise<StoredData | undefined> {
  const path = join(folder, dataFile);
  if (!existsSync(path)) return undefined;
  const thing = `data of run folder ${path}`;
  const { width, samples, classes, scaling, columns, labelPlace } = parse(
    known,
    parseJson(await readText(path, thing, mostBytes), thing),
    path,
  );
  const classNames = classes.map(({ name }) => name);
  return { known: { width, classNames, scaling, columns }, labelPlace, samples };
}

/** What is predicted. */
export interface DataToPredict {
  readonly samples: Dataset;
  /** false where they have no labels: those of the samples are all 0 */
  readonly labelled: boolean;
  readonly classNames: readonly string[];
  /** what a user might not expect, one sentence each */
  readonly notes: readonly string[];
}

/**
 * The samples that `predict` predicts, read as the run read its own: the test set of other data, or all of them where they have
 * none; else the test set of the run's data.
 *
 * @throws {Error} when there is no test set, or samples or labels are not as the run knows them
 */
export async function dataToPredict(
  asked: { readonly data?: string | undefined; readonly label?: string | undefined },
  trained: DataSettings,
  stored: StoredData | undefined,
): Promise<DataToPredict> {
  const { testSplit, seed, scale } = trained;
  const own = asked.data === undefined;
  if (own && trained.data === '-')
    throw new Error('data must be given, since those of the run came from standard input; got none');
  const found = await readData(asked.data ?? trained.data, {
    ...{ label: asked.label ?? trained.label, scale, known: stored?.known, stdin: process.stdin },
    ...(own && { testSplit, seed }),
  });
  const samples = found.test ?? (own ? undefined : found.train);
  const raw = found.test === undefined ? found.raw.train : found.raw.test;
  if (samples === undefined)
    throw new Error(`data must be given, since those of the run, ${found.name}, have no test set; got none`);
  const passed = found.passedOver.map((one) => `passed over in ${found.name}: ${one}`);
  const notes = [...passed, ...(asked.data === undefined ? [] : found.notes)];
  return { samples, labelled: raw?.labels !== undefined, classNames: found.classNames, notes };
}

/** @throws {Error} unless data that a resumed run reads again are those it has begun with */
export function mustBeAsBefore({ document, train }: RunData, stored: StoredData | undefined): void {
  if (stored === undefined) return;
  const { known, samples } = stored;
  const names = document.classes.map(({ name }) => name);
  const same =
    document.samples === samples && train.width === known.width && `${names}` === `${known.classNames}`;
  if (!same)
    throw new Error(
      `data of a resumed run must be as they were, ${samples} samples of ${known.width} features in ${known.classNames.length} classes; got ${document.samples} of ${train.width} in ${names.length}`,
    );
}
