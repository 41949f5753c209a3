import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { lastValueFrom, merge, tap } from 'rxjs';
import { z } from 'zod';
import { type Dataset, firstOf, inline, namedData, type Pipeline, run, slice, workers } from '../../index.ts';
import { nameOfRule, type Parameter, readSafetensors, ruleNames, wallNanoseconds } from '../../report.ts';
import { titleOf } from '../members/members.ts';
import { print, printJson } from '../outlet.ts';
import { oneOf, text, whole } from '../settings/fields.ts';
import { parse, readSettings, withOwnMembers } from '../settings/read-settings.ts';
import { parseJson, readText } from '../settings/text-file.ts';
import { compareSettings, type TrainSettings, trainSettings } from '../settings/train-settings.ts';
import { endOnSignals } from '../signals.ts';
import { pipelineOf } from '../values/network.ts';
import { productsOf } from '../values/products.ts';
import { settingsByRule, weightsFileOf } from './compare.ts';

const predictSettings = z.strictObject({
  data: text('data', "'mnist', 'fashion' or a folder of IDX files")
    .optional()
    .describe('data whose test set is predicted (default: the data of the run)'),
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
  out: text('out', 'the path of a file')
    .optional()
    .describe('write index,label,predicted as CSV, one file for all networks'),
});

type PredictSettings = z.infer<typeof predictSettings>;

export interface Prediction {
  /** a rule's name; of a layer of one's own that of its plan */
  readonly rule: string;
  readonly by: 'goodness' | 'one-pass';
  readonly samples: number;
  readonly testAccuracy: number;
  /** from when the first worker was ready to the last prediction out */
  readonly seconds: number;
  readonly samplesPerSecond: number;
}

/** `forwardflow predict`: the test set through the networks of a run folder, shared out over its workers. */
export function predict(): Command {
  const command = new Command('predict')
    .description('predict a test set with the networks of a run folder')
    .argument('<runFolder>', 'written by train or compare');
  for (const [key, field] of Object.entries(predictSettings.shape)) {
    command.option(`--${key} <value>`, field.description);
  }
  command.option('--json', 'print one JSON document on standard output, and nothing else there');
  return command.action(async (folder: string, { json, ...flags }: Record<string, unknown>) => {
    endOnSignals();
    const settings = await readSettings(predictSettings, flags);
    const runs: Prediction[] = [];
    const lines: string[] = ['rule,index,label,predicted'];
    for (const trained of await networksIn(folder)) {
      const test = await testSet(settings, trained.settings);
      const { prediction, classes } = await predictWith(trained, test, settings);
      runs.push(prediction);
      classes.forEach((predicted, i) => {
        lines.push(`${prediction.rule},${i},${test.labels[i]},${predicted}`);
      });
    }
    if (settings.out !== undefined) writeOut(settings.out, `${lines.join('\n')}\n`);
    if (json) printJson({ runFolder: folder, runs });
    else for (const one of runs) print(`${sentence(one)}\n`);
  });
}

function writeOut(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new Error(`out ${path} must be a file that can be written; got ${(error as Error).message}`);
  }
}

interface Trained {
  readonly settings: TrainSettings;
  readonly weights: readonly Parameter[];
}

/** The networks that a run folder holds: one of `train`, one a rule of `compare`. */
async function networksIn(folder: string): Promise<Trained[]> {
  const path = join(folder, 'config.json');
  if (!existsSync(path))
    throw new Error(`run folder must hold a config.json; got '${folder}', which has none`);
  const thing = `config of run folder ${path}`;
  const config = parseJson(await readText(path, thing), thing);
  const single = trainSettings.safeParse(config);
  const all = single.success ? [single.data] : settingsByRule(parse(compareSettings, config, path));
  const trained: Trained[] = [];
  for (const settings of all) {
    const file = join(folder, single.success ? 'weights.safetensors' : weightsFileOf(settings));
    if (!existsSync(file)) continue;
    const { parameters } = await readSafetensors(file);
    if (parameters.length > 0) trained.push({ settings, weights: parameters });
  }
  if (trained.length === 0)
    throw new Error(`run folder must hold the weights of a network; got '${folder}', which has none`);
  return trained;
}

async function testSet({ data, limit }: PredictSettings, trained: TrainSettings): Promise<Dataset> {
  const test = await namedData(data ?? trained.data, 'test');
  return limit === undefined ? test : firstOf(test, limit);
}

async function predictWith(
  { settings: trained, weights }: Trained,
  test: Dataset,
  asked: PredictSettings,
): Promise<{ prediction: Prediction; classes: Uint8Array }> {
  const settings = await withOwnMembers({
    ...trained,
    tile: asked.tile === 'auto' ? trained.tile : asked.tile,
    workers: asked.workers ?? trained.workers,
    runtime: asked.runtime ?? (trained.runtime === 'virtual' ? 'inline' : trained.runtime),
  });
  const products = await productsOf(asked);
  const made = pipelineOf(settings, { samples: test, products });
  const by = asked.by ?? (byGoodness(made) ? 'goodness' : 'one-pass');
  if (by === 'goodness' && !byGoodness(made))
    throw new Error(`by must be 'one-pass' for ${trained.rule}; got 'goodness'`);
  if (by === 'one-pass' && !made.layers.some(({ predicts }) => predicts === 'onePass'))
    throw new Error("by must be 'goodness' for a network trained without --readout; got 'one-pass'");
  const pipeline = {
    ...made,
    epochs: 0,
    predictBy: by === 'goodness' ? ('goodness' as const) : ('onePass' as const),
    weights,
  };
  const classes = new Uint8Array(test.count);
  let correct = 0;
  let done = 0;
  let began = Number.POSITIVE_INFINITY;
  let ended = 0;
  const replicas = shares(test, settings).map(({ runtime, part, start }) => {
    let at = start;
    return run({ ...pipeline, test: part }, runtime).pipe(
      tap((event) => {
        if (event.kind === 'start') began = Math.min(began, wallNanoseconds());
        if (event.kind !== 'prediction') return;
        classes.set(event.predicted, at);
        at += event.rows;
        done += event.rows;
        correct += event.correct;
        ended = wallNanoseconds();
      }),
    );
  });
  await lastValueFrom(merge(...replicas));
  const seconds = (ended - began) / 1e9;
  const prediction: Prediction = {
    rule: titleOf(trained.rule),
    by,
    samples: done,
    testAccuracy: correct / done,
    seconds,
    samplesPerSecond: done / seconds,
  };
  return { prediction, classes };
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

function sentence({ rule, by, samples, testAccuracy, seconds }: Prediction): string {
  const name = rule === 'ff' ? `${ruleNames.ff} by ${by}` : nameOfRule(rule);
  return `${name}: ${(100 * testAccuracy).toFixed(2)} % of ${samples} right, in ${seconds.toFixed(2)} s`;
}
