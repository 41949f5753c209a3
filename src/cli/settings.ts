import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { finite, notNegative, oneOf, positive, share, text, whole, wholes, yesOrNo } from './fields.ts';

const dataRule = "'mnist', 'fashion' or a folder of IDX files";

/** Every setting of a run, each with its rule and its default: once, here. */
const shared = {
  data: text('data', dataRule).default('mnist').describe(`what to learn: ${dataRule}`),
  layers: wholes('layers', 1, 'units').default([500, 500]).describe('units of the hidden layers'),
  epochs: whole('epochs', 1).default(5).describe('passes over the samples'),
  microbatch: whole('microbatch', 1, 'samples').default(100).describe('samples of a microbatch'),
  capacity: whole('capacity', 1, 'microbatches').default(2).describe('microbatches that a link holds'),
  workers: whole('workers', 1)
    .optional()
    .describe('threads, or stages when inline (default: one a hidden layer)'),
  runtime: oneOf('runtime', ['workers', 'inline'])
    .default('workers')
    .describe('a thread a stage (workers), or all in one (inline)'),
  tile: oneOf('tile', ['auto', 'blas', 'tfjs', 'plain'])
    .default('auto')
    .describe('what makes the matrix products: auto, blas, tfjs or plain'),
  seed: whole('seed', 0).default(1).describe('every draw follows from it'),
  shift: whole('shift', 0, 'pixels')
    .default(0)
    .describe('move an image by up to so many pixels, each way, each time it is learned from'),
  limit: whole('limit', 1, 'samples').optional().describe('learn from the first so many samples only'),
  running: whole('running', 0, 'microbatches')
    .default(20)
    .describe(
      'before every so many microbatches predict some of the samples to come: the running accuracy; 0: never',
    ),
};

/** What only Forward-Forward layers have. */
const forwardForward = {
  loss: oneOf('loss', ['symba', 'swish', 'logistic'])
    .default('symba')
    .describe('symba or swish: positive against negative; logistic: each against θ, as Hinton has it'),
  goodness: oneOf('goodness', ['mean', 'sum']).default('mean').describe('mean or sum of squares'),
  alpha: positive('alpha')
    .optional()
    .describe(
      'log-odds a unit of goodness (default: symba 25, swish 6, logistic 10; with sum: 25/units, 6/units, 1)',
    ),
  theta: finite('theta')
    .optional()
    .describe('threshold of the logistic loss (default: mean 2, sum the units of the layer)'),
  negatives: oneOf('negatives', ['hard', 'uniform', 'lagged-goodness', 'lagged-readout'])
    .default('hard')
    .describe(
      'wrong labels: hard, as the first layer finds them plausible; uniform; or as all layers (lagged-goodness) or the readout (lagged-readout) did some updates ago',
    ),
  lag: whole('lag', 0, 'updates')
    .optional()
    .describe('age of the scores that lagged negatives are drawn from (default: 4)'),
  labelStrength: positive('labelStrength')
    .default(1)
    .describe('of a hot label pixel, where the pixels of an image are 0 to 1'),
  peer: positive('peer')
    .optional()
    .describe('strength of peer normalisation, Hinton took 0.03 (default: none)'),
  readout: yesOrNo('readout')
    .default(false)
    .describe('also train a softmax readout on all but the first layer, for prediction in one pass'),
  learningRate: positive('learningRate')
    .optional()
    .describe('(default: symba and swish 0.002, logistic 0.004)'),
};

const optimiser = {
  optimiser: oneOf('optimiser', ['adam', 'sgd']).default('adam').describe('adam or sgd'),
  momentum: share('momentum').optional().describe('of sgd (default: 0.9)'),
  constantFor: share('constantFor')
    .default(0)
    .describe('share of the run at the full learning rate, before it falls to 0'),
  decay: oneOf('decay', ['linear', 'cosine'])
    .default('linear')
    .describe('how the learning rate falls: linear, in a straight line, or as half a cosine'),
  weightDecay: notNegative('weightDecay')
    .default(0)
    .describe(
      'weights lose learning rate × so much of themselves at each update; biases and a readout don’t',
    ),
};

const trainShape = {
  rule: oneOf('rule', ['ff', 'backprop']).default('ff').describe('Forward-Forward (ff) or backprop'),
  ...shared,
  ...forwardForward,
  learningRate: positive('learningRate')
    .optional()
    .describe('(default: symba and swish 0.002, logistic 0.004, backprop 0.001)'),
  ...optimiser,
};

const compareShape = {
  ...shared,
  epochs: whole('epochs', 1)
    .optional()
    .describe(
      'passes over the samples (default: what takes about a minute on two cores, 5 with a BLAS, 2 without)',
    ),
  ...forwardForward,
  backpropLearningRate: positive('backpropLearningRate').default(0.001).describe('learning rate of backprop'),
  ...optimiser,
};

export const trainSettings = z.strictObject(trainShape);
export const compareSettings = z.strictObject(compareShape);

export type TrainSettings = z.infer<typeof trainSettings>;
export type CompareSettings = z.infer<typeof compareSettings>;

/** settings that mean nothing to a backprop pipeline */
const forwardForwardOnly = Object.keys(forwardForward).filter((key) => key !== 'learningRate');

/** Gives a command one flag for each setting, `--learning-rate` for learningRate. */
export function addFlags(command: Command, schema: z.ZodObject): Command {
  for (const [key, field] of Object.entries(schema.shape) as [string, z.ZodType][]) {
    const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const value = field.safeParse(undefined).data;
    const stands = value === undefined || value === false ? '' : ` (default: ${value})`;
    command.option(typeof value === 'boolean' ? flag : `${flag} <value>`, `${field.description}${stands}`);
  }
  return command.option('--config <file>', 'settings as JSON, by the same names; flags go before it');
}

/**
 * The settings that flags and a config file make together: flags first, then the file, then the defaults.
 *
 * @throws {Error} one sentence for the first setting that is unknown or breaks its rule
 */
export async function readSettings<S extends z.ZodObject>(
  schema: S,
  flags: Readonly<Record<string, unknown>>,
): Promise<z.infer<S>> {
  const { config, ...given } = flags;
  const known = Object.fromEntries(Object.entries(given).filter(([key]) => key in schema.shape));
  const file = config === undefined ? {} : await readConfig(String(config));
  const merged: Record<string, unknown> = { ...file, ...known };
  refuseForeign(merged);
  const settings = parse(schema, merged, config === undefined ? 'settings' : `config file ${config}`);
  mustFitNegatives(settings);
  return settings;
}

export function parse<S extends z.ZodType>(schema: S, value: unknown, of: string): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue.code === 'unrecognized_keys')
    throw new Error(`${of} must hold known settings only; got '${issue.keys[0]}'`);
  throw new Error(issue.message);
}

async function readConfig(path: string): Promise<Record<string, unknown>> {
  const parsed: unknown = await readFile(path, 'utf8')
    .then((json) => JSON.parse(json) as unknown)
    .catch((error: Error) => {
      throw new Error(`config file ${path} must be readable JSON; got ${error.message}`);
    });
  return parse(
    z.record(z.string(), z.unknown(), { error: () => `config file ${path} must hold an object` }),
    parsed,
    path,
  );
}

function refuseForeign({ rule, ...given }: Record<string, unknown>): void {
  if (rule !== 'backprop') return;
  const foreign = forwardForwardOnly.find((key) => given[key] !== undefined && given[key] !== defaultOf(key));
  if (foreign)
    throw new Error(`${foreign} must be left out with rule backprop; got ${JSON.stringify(given[foreign])}`);
}

/** Lagged negatives have a lag and someone who scores; others have none. */
function mustFitNegatives({ negatives, lag, readout }: Readonly<Record<string, unknown>>): void {
  const lagged = String(negatives).startsWith('lagged');
  if (lag !== undefined && !lagged)
    throw new Error(`lag must be left out with negatives '${negatives}'; got ${lag}`);
  if (negatives === 'lagged-readout' && readout !== true)
    throw new Error(`readout must be true with negatives 'lagged-readout'; got ${readout}`);
}

function defaultOf(key: string): unknown {
  return (trainShape as Record<string, z.ZodType>)[key].safeParse(undefined).data;
}
