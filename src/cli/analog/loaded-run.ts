import type { Command } from 'commander';
import { z } from 'zod';
import { dataRule } from '../../extend.ts';
import { firstOf } from '../../index.ts';
import { complain } from '../outlet.ts';
import { type Predicted, predictWith } from '../predicting/predict-with.ts';
import { networksIn } from '../predicting/trained.ts';
import { dataToPredict, storedData } from '../running/run-data.ts';
import { folderNamed } from '../runs/run-record.ts';
import { labelField } from '../settings/data-fields.ts';
import { oneOf, text, whole } from '../settings/fields.ts';
import type { TrainSettings } from '../settings/train-settings.ts';
import { offer } from '../setup/offered.ts';
import { wordsOfSetting } from '../setup/words-of-schema.ts';
import { analog } from './analog-settings.ts';

/** How a run's networks are put on a chip. What is left out is as it was in training. */
export const chipSettings = z.strictObject({
  cell: analog.cell,
  io: analog.io,
  unknown: analog.unknown,
  chipSeed: analog.chipSeed,
  tileRows: analog.tileRows,
  tileColumns: analog.tileColumns,
  driftCompensation: analog.driftCompensation,
  weightScale: analog.weightScale,
  programmingNoise: analog.programmingNoise,
  data: text('data', dataRule).optional().describe(`data to predict (default: as the run): ${dataRule}`),
  label: labelField().optional().describe("the label's column in a table (default: as for the run)"),
  limit: whole('limit', 1, 'samples').optional().describe('predict only this many samples, the first ones'),
  products: oneOf('products', ['auto', 'blas', 'simd', 'tfjs', 'plain'])
    .optional()
    .describe('what executes the matrix products (default: auto)'),
});

export type ChipSettings = z.infer<typeof chipSettings>;

/** Adds the flags of `chipSettings`, the run, and how it is printed. */
export function chipFlags(command: Command): Command {
  command
    .argument(
      '<run>',
      'a run folder of train or compare, its name in --runs, or the name that --name gave it',
    )
    .option('--runs <folder>', 'the folder that holds the run folders', 'runs');
  for (const [key, field] of Object.entries(chipSettings.shape)) {
    const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    command.option(`--${flag} <value>`, field.description);
    offer(command, `--${flag}`, () => wordsOfSetting(chipSettings, key));
  }
  return command.option('--json', 'print one JSON document on standard output, and nothing else there');
}

/** One network of a run, ready for a chip. */
export interface LoadedNetwork {
  readonly rule: string;
  readonly seed: number;
  readonly chipSeed: number;
  readonly cell: string;
  /** the chip it was trained on; undefined where its tile was digital */
  readonly trainedOn: number | undefined;
  predict(other: Partial<TrainSettings>): Promise<Predicted>;
}

/** @throws {Error} one sentence, where the run or its data can't be read */
export async function loadedRun(
  asked: string,
  root: string,
  { data: path, label, limit, products, ...chip }: ChipSettings,
): Promise<{ readonly folder: string; readonly networks: readonly LoadedNetwork[] }> {
  const folder = folderNamed(asked, root);
  const networks = await networksIn(folder);
  const stored = await storedData(folder);
  const data = await dataToPredict({ data: path, label }, networks[0].settings, stored);
  for (const note of data.notes) complain(note);
  const samples = limit === undefined ? data.samples : firstOf(data.samples, limit);
  const given = Object.fromEntries(Object.entries(chip).filter(([, value]) => value !== undefined));
  return {
    folder,
    networks: networks.map((trained) => {
      const { rule, seed, tile, cell = 'ideal', chipSeed = 0 } = { ...trained.settings, ...given };
      const how = { tile: 'auto', products, withScores: false } as const;
      return {
        ...{ rule, seed, cell, chipSeed },
        trainedOn: tile === 'crossbar' ? (trained.settings.chipSeed ?? 0) : undefined,
        predict: (other) => {
          const put = { ...given, tile: 'crossbar', update: undefined, ...other };
          return predictWith(trained, { ...data, samples }, { ...how, other: put }, stored?.labelPlace);
        },
      };
    }),
  };
}
