import { Command } from 'commander';
import { z } from 'zod';
import { dataRule } from '../../extend.ts';
import { firstOf } from '../../index.ts';
import { complain, print, printJson } from '../outlet.ts';
import { type LabelledSamples, mustBeWritable, writeLabels } from '../predicting/labels-file.ts';
import { predictWith } from '../predicting/predict-with.ts';
import { type Prediction, predictionText } from '../predicting/prediction.ts';
import { networksIn } from '../predicting/trained.ts';
import { dataToPredict, storedData } from '../running/run-data.ts';
import { folderNamed } from '../runs/run-record.ts';
import { labelField } from '../settings/data-fields.ts';
import { oneOf, text, whole } from '../settings/fields.ts';
import { readSettings } from '../settings/read-settings.ts';
import { offer } from '../setup/offered.ts';
import { wordsOfSetting } from '../setup/words-of-schema.ts';
import { endOnSignals } from '../signals.ts';

const predictSettings = z.strictObject({
  data: text('data', dataRule)
    .optional()
    .describe(
      `data to predict: their test set, or all where they have none (default: the test set of the run's data): ${dataRule}`,
    ),
  label: labelField()
    .optional()
    .describe(
      "the label's column in a table, by name or number (default: as for the run; a table may have none)",
    ),
  by: oneOf('by', ['goodness', 'one-pass'])
    .optional()
    .describe('goodness of every label, or one-pass by the readout (default: as the run was trained to)'),
  limit: whole('limit', 1, 'samples').optional().describe('predict only this many samples, the first ones'),
  workers: whole('workers', 1)
    .optional()
    .describe(
      'threads, each with the whole network (default: those of the run, or one per hidden layer, at most one per core)',
    ),
  runtime: oneOf('runtime', ['workers', 'inline'])
    .optional()
    .describe('workers or inline (default: the runtime of the run)'),
  tile: oneOf('tile', ['auto', 'blas', 'simd', 'tfjs', 'plain'])
    .default('auto')
    .describe('the digital tile on these products'),
  products: oneOf('products', ['auto', 'blas', 'simd', 'tfjs', 'plain'])
    .optional()
    .describe('what executes the matrix products of a digital tile (default: as --tile says)'),
  output: text('output', 'the path of a file')
    .optional()
    .describe(
      'write the label, the prediction and the score of each class as CSV, one file for all networks',
    ),
  out: text('out', 'the path of a file').optional().describe('the same as --output'),
});

/** `forwardflow predict`: the test set through the networks of a run folder, shared out over its workers. */
export function predict(): Command {
  const command = new Command('predict')
    .description('predict a test set with the networks of a run folder')
    .argument(
      '<run>',
      'a run folder of train or compare, its name in --runs, or the name that --name gave it',
    )
    .option('--runs <folder>', 'the folder that holds the run folders', 'runs');
  for (const [key, field] of Object.entries(predictSettings.shape)) {
    command.option(`--${key} <value>`, field.description);
    offer(command, `--${key}`, () => wordsOfSetting(predictSettings, key));
  }
  command.option('--json', 'print one JSON document on standard output, and nothing else there');
  return command.action(async (asked: string, { json, runs: root, ...flags }: Record<string, unknown>) => {
    endOnSignals();
    const settings = await readSettings(predictSettings, flags);
    const folder = folderNamed(asked, String(root));
    const output = settings.output ?? settings.out;
    if (output !== undefined) mustBeWritable(output);
    const runs: Prediction[] = [];
    const networks = await networksIn(folder);
    const stored = await storedData(folder);
    const data = await dataToPredict(settings, networks[0].settings, stored);
    for (const note of data.notes) complain(note);
    const { limit } = settings;
    const test = limit === undefined ? data.samples : firstOf(data.samples, limit);
    const labelled: LabelledSamples[] = [];
    for (const trained of networks) {
      const asked = { ...settings, withScores: output !== undefined };
      const told = await predictWith(trained, { ...data, samples: test }, asked, stored?.labelPlace);
      runs.push(told.prediction);
      if (output !== undefined) labelled.push(told.samples);
      if (json) continue;
      const text = predictionText(told.prediction, told.confusion, trained.seeded);
      print(`${runs.length > 1 ? '\n' : ''}${text}\n`);
    }
    if (output !== undefined) await writeLabels(output, labelled, data.classNames);
    if (json) printJson({ runFolder: folder, runs });
  });
}
