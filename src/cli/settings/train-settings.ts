import { z } from 'zod';
import { dataRule } from '../../extend.ts';
import type { Rule } from '../../report.ts';
import { layerOf } from '../members/members.ts';
import { labelField, scaleField } from './data-fields.ts';
import {
  between,
  finite,
  nameOrPath,
  notNegative,
  oneOf,
  positive,
  share,
  shareAboveZero,
  shareBelowOne,
  someOf,
  text,
  whole,
  wholes,
  yesOrNo,
} from './fields.ts';
import { runSettings } from './run-settings.ts';
import { learningNames } from './schedules.ts';
import { virtualMachine } from './virtual-machine.ts';

export const rules = ['ff', 'mono-forward', 'backprop'] as const satisfies readonly Rule[];

/** The rule whose input, negatives and top a rule shares: itself, or of a layer of one's own what its plan says. */
export function kindOf(rule: string): Rule {
  const own = layerOf(rule);
  if (own === undefined) return rule as Rule;
  if (own.learns === 'backward') return 'backprop';
  return own.predicts === 'onePass' && own.input !== 'labelled' ? 'mono-forward' : 'ff';
}

/** Whether a rule's layers learn from what they see, or from gradients sent down. */
export function learnsOf(rule: string): 'locally' | 'backward' {
  return kindOf(rule) === 'backprop' ? 'backward' : 'locally';
}

/** Every setting of a run, each with its rule and its default: once, here. */
const shared = {
  data: text('data', dataRule).default('mnist').describe(`data to learn from: ${dataRule}`),
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
  tile: nameOrPath('tile', ['auto', 'blas', 'simd', 'tfjs', 'plain'])
    .default('auto')
    .describe(
      'what the weights are kept in: auto, blas, simd, tfjs or plain, each the digital tile on these products; or ./mine.ts',
    ),
  products: oneOf('products', ['auto', 'blas', 'simd', 'tfjs', 'plain'])
    .optional()
    .describe('what executes the matrix products of a digital tile (default: as --tile says)'),
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
  limit: whole('limit', 1, 'samples')
    .optional()
    .describe('learn only from this many samples, the first ones'),
  heldOut: whole('heldOut', 0, 'samples')
    .default(0)
    .describe('hold out the last samples: predict them during training instead of the test set at the end'),
  evaluateEvery: whole('evaluateEvery', 1, 'epochs')
    .default(1)
    .describe('epochs between two predictions of the held-out samples'),
  running: whole('running', 0, 'microbatches')
    .default(20)
    .describe(
      'microbatches between two estimates of the running accuracy, which predicts some samples before they are learned from; 0: never',
    ),
};

/** What only Forward-Forward layers have. */
const forwardForward = {
  loss: nameOrPath('loss', ['symba', 'swish', 'logistic'])
    .default('symba')
    .describe(
      'symba or swish: positive against negative; logistic: each against θ, as Hinton has it; or ./mine.ts',
    ),
  goodness: oneOf('goodness', ['mean', 'sum']).default('mean').describe('mean or sum of squares'),
  alpha: positive('alpha')
    .optional()
    .describe(
      'log-odds a unit of goodness (default: symba 25, swish 6, logistic 10; with sum: 25/units, 6/units, 1)',
    ),
  theta: finite('theta')
    .optional()
    .describe('threshold of the logistic loss (default: mean 2, sum the units of the layer)'),
  negatives: nameOrPath('negatives', ['hard', 'uniform', 'lagged-goodness', 'lagged-readout'])
    .default('hard')
    .describe(
      'wrong labels: hard, as the first layer finds them plausible; uniform; or as all layers (lagged-goodness) or the readout (lagged-readout) did some updates ago; or ./mine.ts',
    ),
  lag: whole('lag', 0, 'updates')
    .optional()
    .describe('age, in updates, of the scores that lagged negatives are drawn from (default: 4)'),
  labelStrength: between('labelStrength', 1e-6, 1e6)
    .default(1)
    .describe('value of a label’s pixel; the pixels of an image are 0 to 1'),
  labelPlace: oneOf('labelPlace', ['over', 'front'])
    .optional()
    .describe(
      'where the label goes: over the first pixels, or in columns in front of them (default: over an image or features that are blank there, else in front)',
    ),
  peer: positive('peer')
    .optional()
    .describe(
      'strength of peer normalisation; Hinton’s 0.03 is 0.06 beside a sum of squares, whose gradient we take whole (default: none)',
    ),
  readout: yesOrNo('readout')
    .default(false)
    .describe('also train a softmax readout on all but the first layer, for prediction in one pass'),
  learningRate: positive('learningRate')
    .optional()
    .describe('learning rate (default: symba and swish 0.002, logistic 0.004)'),
};

/** What layers that learn locally have. */
const local = {
  dropout: shareBelowOne('dropout')
    .default(0)
    .describe('share of the units of ff and mono-forward layers set to 0 at random while learning'),
};

/** What only Mono-Forward layers have. */
const monoForward = {
  normalise: yesOrNo('normalise')
    .default(true)
    .describe('Mono-Forward layers send their activity as it is (default: at root mean square 1)'),
  labelSmoothing: shareBelowOne('labelSmoothing')
    .default(0)
    .describe('share of each Mono-Forward target that is spread over all classes'),
};

/** What only backprop has: its schedule, unless that serves layers that learn locally. */
const backward = {
  schedule: nameOrPath('schedule', learningNames)
    .default('blocking')
    .describe(
      `what a stage does next: ${learningNames.join(', ')}, or ./mine.ts; layers that learn locally run by stream unless the schedule serves them`,
    ),
  flush: whole('flush', 1, 'microbatches')
    .optional()
    .describe('microbatches behind one update of backprop (default: 4 where the schedule flushes, else 1)'),
};

const optimiser = {
  optimiser: nameOrPath('optimiser', ['adam', 'sgd']).default('adam').describe('adam, sgd or ./mine.ts'),
  momentum: share('momentum').optional().describe('momentum of sgd (default: 0.9)'),
  constantFor: share('constantFor')
    .default(0)
    .describe('share of the run with the full learning rate, before it decays to 0'),
  decay: oneOf('decay', ['linear', 'cosine'])
    .default('linear')
    .describe('how the learning rate decays: linear or cosine'),
  weightDecay: notNegative('weightDecay')
    .default(0)
    .describe('each update multiplies weights by 1 − learning rate × this; biases and a readout are exempt'),
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
  rule: nameOrPath('rule', rules)
    .default('ff')
    .describe(
      'Forward-Forward (ff), mono-forward or backprop; or ./mine.ts, the layer of your own, with options: ./mine.ts:units=300',
    ),
  ...shared,
  ...forwardForward,
  ...local,
  ...monoForward,
  ...backward,
  ...checkpoints,
  learningRate: positive('learningRate')
    .optional()
    .describe(
      'learning rate (default: symba and swish 0.002, logistic 0.004, mono-forward 0.003, backprop 0.001)',
    ),
  ...optimiser,
};

const compareShape = {
  rules: someOf('rules', rules)
    .default(['ff', 'backprop'])
    .describe('rules to compare, in the order of the columns: ff, mono-forward, backprop'),
  ...shared,
  epochs: whole('epochs', 1)
    .optional()
    .describe(
      'passes over the samples (default: what takes about a minute on two cores: 5 on tiles blas and simd, 2 on others)',
    ),
  ...forwardForward,
  ...local,
  ...monoForward,
  ...backward,
  monoForwardLearningRate: positive('monoForwardLearningRate')
    .default(0.003)
    .describe('learning rate of Mono-Forward'),
  backpropLearningRate: positive('backpropLearningRate').default(0.001).describe('learning rate of backprop'),
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
};

/** Those that mean something to a rule, be it a member of one's own: of what is made for layers it takes nothing. */
export function settingsOf(rule: string): readonly string[] {
  if (layerOf(rule) === undefined) return settingsOnlyOf[rule as Rule];
  const kind = kindOf(rule);
  if (kind === 'backprop') return settingsOnlyOf.backprop;
  return kind === 'ff' ? ['negatives', 'lag', 'labelStrength'] : [];
}
