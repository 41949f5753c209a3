import { z } from 'zod';
import { dataRule } from '../../extend.ts';
import type { Rule } from '../../report.ts';
import { analog } from '../analog/analog-settings.ts';
import { isPath } from '../members/member-spec.ts';
import { layerOf } from '../members/members.ts';
import { selectionExamples, selectionNamed, selectionNames, selectRule } from '../values/selections.ts';
import { labelField, scaleField } from './data-fields.ts';
import {
  namedText,
  nameOrPath,
  namesOrPaths,
  oneOf,
  parsed,
  positive,
  saidInJson,
  shareAboveZero,
  shareBelowOne,
  whole,
  wholes,
  yesOrNo,
} from './fields.ts';
import { backward, blockLocal, forwardForward, local, monoForward, optimiser } from './learning-settings.ts';
import { everyRule, kindOf, plainRule } from './rules.ts';
import { runSettings } from './run-settings.ts';
import { virtualMachine } from './virtual-machine.ts';

/** microbatches between two estimates of the running accuracy, where nobody says */
export const usualRunning = 20;

/** Every setting of a run, each with its rule and its default: once, here. */
const shared = {
  data: namedText('data', dataRule, ['mnist', 'fashion'])
    .default('mnist')
    .describe(`data to learn from: ${dataRule}`),
  label: labelField()
    .optional()
    .describe(
      "the label's column in a table, by name or by number, 1 the first and -1 the last (default: the one called label, class, target or y)",
    ),
  scale: scaleField()
    .default('auto')
    .describe(
      'features: auto divides bytes by 255 and takes other numbers as they are, none takes them as they are, columns brings each to 0 … 1, a number divides by it',
    ),
  testSplit: shareAboveZero('testSplit')
    .optional()
    .describe(
      'share of the samples drawn as the test set, from each class alike (stratified), where there is none',
    ),
  layers: wholes('layers', 1, 'units', 1000).default([500, 500]).describe('units of the hidden layers'),
  epochs: whole('epochs', 1).default(5).describe('passes over the samples'),
  microbatches: whole('microbatches', 1)
    .optional()
    .describe('stop after this many microbatches (default: those of all epochs)'),
  microbatch: whole('microbatch', 1, 'samples').default(100).describe('samples in a microbatch'),
  capacity: whole('capacity', 1, 'microbatches').default(2).describe('microbatches that a link can hold'),
  workers: whole('workers', 1)
    .optional()
    .describe(
      'threads, or stages when inline (default: one a hidden layer, or fewer by a schedule that gives each several stages)',
    ),
  runtime: oneOf('runtime', ['workers', 'inline', 'virtual'])
    .default('workers')
    .describe(
      'a thread a stage (workers), all in one (inline), or simulated devices that really learn (virtual)',
    ),
  ...virtualMachine,
  tile: nameOrPath('tile', ['auto', 'blas', 'simd', 'tfjs', 'plain', 'crossbar'])
    .default('auto')
    .describe(
      'what the weights are kept in: auto, blas, simd, tfjs or plain, each the digital tile on these products; crossbar, analog cells; or ./mine.ts',
    ),
  products: oneOf('products', ['auto', 'blas', 'simd', 'tfjs', 'plain'])
    .optional()
    .describe('what executes the matrix products of a digital tile (default: as --tile says)'),
  ...analog,
  seed: whole('seed', 0).default(1).describe('seed of all random draws'),
  ...runSettings,
  shift: whole('shift', 0, 'pixels')
    .default(0)
    .describe(
      'move each image at random by up to this many pixels in each direction, each time it is learned from',
    ),
  inputDropout: shareBelowOne('inputDropout')
    .default(0)
    .describe(
      'share of the pixels set to 0 at random, the others scaled up, each time an image is learned from',
    ),
  select: parsed(
    'select',
    selectRule,
    (value) => isPath(value) || selectionNamed(value) !== undefined,
    selectionNames,
  )
    .meta(saidInJson({ anyOf: [{ enum: selectionExamples }, { type: 'string', minLength: 1 }] }))
    .optional()
    .describe(
      'samples that W learns from: all, above:0.2 (slope of the loss, as a share of the steepest), top:0.1 (of each microbatch), sampled:0.1 (at random by slope, unbiased), or ./mine.ts (default: all; of selective rules above:0.2)',
    ),
  limit: whole('limit', 1, 'samples')
    .optional()
    .describe('learn only from this many samples, the first ones'),
  heldOut: whole('heldOut', 0, 'samples')
    .default(0)
    .describe('hold out the last samples: predict them during training instead of the test set at the end'),
  evaluateEvery: whole('evaluateEvery', 1, 'epochs')
    .default(1)
    .describe('epochs between two predictions of the held-out samples'),
  prequential: yesOrNo('prequential')
    .default(false)
    .describe('predict every sample before it is learned from, not some of them as --running does'),
  running: whole('running', 0, 'microbatches')
    .default(usualRunning)
    .describe(
      'microbatches between two estimates of the running accuracy, which predicts some samples before they are learned from; 0: never',
    ),
};

/** What only `train` has. */
const checkpoints = {
  checkpointEvery: whole('checkpointEvery', 1, 'microbatches')
    .optional()
    .describe(
      'write a checkpoint after every so many microbatches, from which --resume goes on to the same weights (default: where it is interrupted)',
    ),
};

const trainShape = {
  rule: nameOrPath('rule', everyRule)
    .default('ff')
    .describe(
      'Forward-Forward (ff), mono-forward, backprop or block-local; each also as ff-selective …, which leaves out what it knows; or ./mine.ts, the layer of your own, with options: ./mine.ts:units=300',
    ),
  ...shared,
  ...forwardForward,
  ...local,
  ...monoForward,
  ...blockLocal,
  ...backward,
  ...checkpoints,
  learningRate: positive('learningRate')
    .optional()
    .describe(
      'learning rate (default: symba and swish 0.002, logistic 0.004, mono-forward and block-local 0.003, backprop 0.001; with an update by pulses ff 1, mono-forward and block-local 0.5, backprop 0.1)',
    ),
  ...optimiser,
};

const compareShape = {
  rules: namesOrPaths('rules', everyRule)
    .default(['ff', 'backprop'])
    .describe(
      'rules to compare, in the order of the columns: ff, mono-forward, backprop, block-local, each also as ff-selective …, which leaves out what it knows; or ./mine.ts, the layer of your own',
    ),
  ...shared,
  epochs: whole('epochs', 1)
    .optional()
    .describe(
      'passes over the samples (default: what takes about a minute on two cores: 5 on tiles blas and simd, 2 on others)',
    ),
  ...forwardForward,
  ...local,
  ...monoForward,
  ...blockLocal,
  ...backward,
  monoForwardLearningRate: positive('monoForwardLearningRate')
    .optional()
    .describe('learning rate of Mono-Forward (default: 0.003; with an update by pulses 0.5)'),
  backpropLearningRate: positive('backpropLearningRate')
    .optional()
    .describe('learning rate of backprop (default: 0.001; with an update by pulses 0.1)'),
  blockLocalLearningRate: positive('blockLocalLearningRate')
    .optional()
    .describe('learning rate of block-local (default: 0.003; with an update by pulses 0.5)'),
  ...optimiser,
};

export const trainSettings = z.strictObject(trainShape);
export const compareSettings = z.strictObject(compareShape);
/** What describes a pipeline, without what only a run of it has: a config file may hold that, and it means nothing. */
export const pipelineFlags = trainSettings.omit({ name: true, init: true, seeds: true });

export type TrainSettings = z.infer<typeof trainSettings>;
export type CompareSettings = z.infer<typeof compareSettings>;

/** Settings that mean something to some rules only; where one rule is trained, `learningRate` is that rule's. */
export const settingsOnlyOf: Readonly<Record<Rule, readonly string[]>> = {
  ff: [...Object.keys(forwardForward), ...Object.keys(local)],
  'mono-forward': [...Object.keys(local), ...Object.keys(monoForward), 'monoForwardLearningRate'],
  backprop: ['backpropLearningRate', ...Object.keys(backward)],
  'block-local': [
    ...Object.keys(local),
    ...Object.keys(monoForward),
    ...Object.keys(blockLocal),
    'blockLocalLearningRate',
  ],
};

/** Those that mean something to a rule, be it a member of one's own: of what is made for layers it takes nothing. */
export function settingsOf(rule: string): readonly string[] {
  if (layerOf(rule) === undefined) return settingsOnlyOf[plainRule(rule) as Rule];
  const kind = kindOf(rule);
  if (kind === 'backprop') return settingsOnlyOf.backprop;
  return kind === 'ff' ? ['negatives', 'lag', 'labelStrength'] : [];
}
