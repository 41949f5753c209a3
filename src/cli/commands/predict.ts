import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { lastValueFrom, merge, tap } from 'rxjs';
import { z } from 'zod';
import { dataRule, type LabelPlace } from '../../extend.ts';
import { type Dataset, firstOf, inline, type Pipeline, run, slice, workers } from '../../index.ts';
import { type Confusion, confusionOf, readSafetensors, wallNanoseconds } from '../../report.ts';
import { titleOf } from '../members/members.ts';
import { complain, print, printJson } from '../outlet.ts';
import { type LabelledSamples, mustBeWritable, writeLabels } from '../predicting/labels-file.ts';
import { type Prediction, predictionText } from '../predicting/prediction.ts';
import { networksOf } from '../running/networks.ts';
import { type DataToPredict, dataToPredict, storedData } from '../running/run-data.ts';
import { findRun } from '../runs/run-record.ts';
import { labelField } from '../settings/data-fields.ts';
import { oneOf, text, whole } from '../settings/fields.ts';
import { parseJson, readText } from '../settings/files/text-file.ts';
import { parse, readSettings, withOwnMembers } from '../settings/read-settings.ts';
import { compareSettings, type TrainSettings, trainSettings } from '../settings/train-settings.ts';
import { endOnSignals } from '../signals.ts';
import { pipelineOf } from '../values/network.ts';
import { productsOf } from '../values/products.ts';
import { weightsIn } from '../weights/initial.ts';

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

type PredictSettings = z.infer<typeof predictSettings>;

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
  }
  command.option('--json', 'print one JSON document on standard output, and nothing else there');
  return command.action(async (asked: string, { json, runs: root, ...flags }: Record<string, unknown>) => {
    endOnSignals();
    const settings = await readSettings(predictSettings, flags);
    const folder = findRun(asked, String(root))?.path ?? asked;
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

interface Trained {
  readonly settings: TrainSettings;
  readonly weightsFile: string;
  /** whether the run folder has networks of several seeds */
  readonly seeded: boolean;
}

/** The networks that a run folder holds: one of `train`, one a rule of `compare`, and each for every seed. */
async function networksIn(folder: string): Promise<Trained[]> {
  const path = join(folder, 'config.json');
  if (!existsSync(path))
    throw new Error(`run folder must hold a config.json; got '${folder}', which has none`);
  const thing = `config of run folder ${path}`;
  const config = parseJson(await readText(path, thing), thing);
  const single = trainSettings.safeParse(config);
  const all = networksOf(single.success ? single.data : parse(compareSettings, config, path));
  const seeded = new Set(all.map(({ settings: { seed } }) => seed)).size > 1;
  const trained: Trained[] = [];
  for (const { settings, weightsFile: name } of all) {
    const weightsFile = join(folder, name);
    if (!existsSync(weightsFile)) continue;
    const { parameters } = await readSafetensors(weightsFile);
    if (parameters.length > 0) trained.push({ settings, weightsFile, seeded });
  }
  if (trained.length === 0)
    throw new Error(`run folder must hold the weights of a network; got '${folder}', which has none`);
  return trained;
}

async function predictWith(
  { settings: trained, weightsFile }: Trained,
  data: DataToPredict,
  asked: PredictSettings & { readonly withScores: boolean },
  labelPlace: LabelPlace | undefined,
): Promise<{ prediction: Prediction; samples: LabelledSamples; confusion: Confusion | undefined }> {
  const { samples: test, labelled, classNames } = data;
  const settings = await withOwnMembers({
    ...trained,
    tile: asked.tile === 'auto' ? trained.tile : asked.tile,
    workers: asked.workers ?? trained.workers,
    runtime: asked.runtime ?? (trained.runtime === 'virtual' ? 'inline' : trained.runtime),
  });
  const products = await productsOf(asked);
  // with its label columns in front, where it was trained with them
  const { test: placed = test, ...made } = pipelineOf(settings, {
    samples: test,
    test,
    products,
    labelPlace,
  });
  const by = asked.by ?? (byGoodness(made) ? 'goodness' : 'one-pass');
  if (by === 'goodness' && !byGoodness(made))
    throw new Error(`by must be 'one-pass' for ${trained.rule}; got 'goodness'`);
  if (by === 'one-pass' && !made.layers.some(({ predicts }) => predicts === 'onePass'))
    throw new Error("by must be 'goodness' for a network trained without --readout; got 'one-pass'");
  const pipeline = {
    ...made,
    epochs: 0,
    predictBy: by === 'goodness' ? ('goodness' as const) : ('onePass' as const),
    weights: await weightsIn(weightsFile, made),
  };
  const predicted = new Uint16Array(test.count);
  const scores = new Float32Array(asked.withScores ? test.count * test.classes : 0);
  let correct = 0;
  let done = 0;
  let began = Number.POSITIVE_INFINITY;
  let ended = 0;
  const replicas = shares(placed, settings).map(({ runtime, part, start }) => {
    let at = start;
    return run({ ...pipeline, test: part }, runtime, { withScores: asked.withScores }).pipe(
      tap((event) => {
        if (event.kind === 'start') began = Math.min(began, wallNanoseconds());
        if (event.kind !== 'prediction') return;
        predicted.set(event.predicted, at);
        if (event.scores) scores.set(event.scores, at * test.classes);
        at += event.rows;
        done += event.rows;
        correct += event.correct;
        ended = wallNanoseconds();
      }),
    );
  });
  await lastValueFrom(merge(...replicas));
  const seconds = (ended - began) / 1e9;
  const confusion = labelled ? confusionOf(test.labels, predicted, test.classes) : undefined;
  const { seed } = trained;
  const rule = titleOf(trained.rule);
  const prediction: Prediction = {
    ...{ rule, seed, by },
    samples: done,
    testAccuracy: labelled ? correct / done : null,
    seconds,
    samplesPerSecond: done / seconds,
    confusion: confusion?.matrix ?? null,
    mistakes: confusion?.pairs.slice(0, 100) ?? [],
    classes: confusion?.classes.map((one) => ({ ...one, name: classNames[one.class] })) ?? [],
  };
  const labels = labelled ? test.labels : undefined;
  return { prediction, samples: { rule, seed, labels, predicted, scores, classes: test.classes }, confusion };
}

/** Whether its layers tell how good each label is, as those do that learn from a positive and a negative. */
function byGoodness({ layers: [first] }: Pipeline): boolean {
  return first.learns === 'locally' && first.predicts !== 'onePass';
}

/**
 * Who predicts which part of the test set. Nothing is learned, so every worker can have the whole network and a part of
 * the samples: trying every label makes the layers after the first ten times as dear, and layers would make unequal stages.
 */
function shares(test: Dataset, { runtime, workers: asked, layers }: TrainSettings) {
  const count = Math.min(asked ?? Math.min(layers.length, availableParallelism()), test.count);
  if (runtime === 'inline') return [{ runtime: inline({ stages: 1 }), part: test, start: 0 }];
  return Array.from({ length: count }, (_, i) => {
    const [start, end] = [i, i + 1].map((share) => Math.floor((share * test.count) / count));
    return { runtime: workers({ count: 1 }), part: slice(test, start, end), start };
  });
}
