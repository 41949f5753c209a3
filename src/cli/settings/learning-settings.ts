import {
  between,
  finite,
  nameOrPath,
  notNegative,
  oneOf,
  parts,
  positive,
  share,
  shareBelowOne,
  whole,
  yesOrNo,
} from './fields.ts';
import { learningNames } from './schedules.ts';

/** Negatives that are wrong labels, and those that are images, without a label. */
const labelNegatives = ['hard', 'uniform', 'all-wrong', 'lagged-goodness', 'lagged-readout'] as const;
export const imageNegatives = [
  ...['hybrid-mask', 'same-class', 'white-noise', 'permuted-pixels', 'masked'],
] as const;

/** What only Forward-Forward layers have. */
export const forwardForward = {
  loss: nameOrPath('loss', ['symba', 'swish', 'logistic'])
    .default('symba')
    .describe(
      'symba or swish: positive against negative; logistic: each against θ, as Hinton has it; or ./mine.ts',
    ),
  goodness: nameOrPath('goodness', ['mean', 'sum'])
    .default('mean')
    .describe('mean or sum of squares; or ./mine.ts'),
  alpha: positive('alpha')
    .optional()
    .describe(
      'log-odds a unit of goodness (default: symba 25, swish 6, logistic 10; with sum: 25/units, 6/units, 1)',
    ),
  theta: finite('theta')
    .optional()
    .describe('threshold of the logistic loss (default: mean 2, sum the units of the layer)'),
  negatives: nameOrPath('negatives', [...labelNegatives, ...imageNegatives])
    .default('hard')
    .describe(
      'wrong labels: hard, as the first layer finds them plausible; uniform; all-wrong, in turn; or as all layers (lagged-goodness) or the readout (lagged-readout) did some updates ago. Images, learned from without a label, with --readout: hybrid-mask, a patchwork of two; same-class, white-noise, permuted-pixels, masked. Or ./mine.ts',
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
    .describe('learning rate (default: symba and swish 0.002, logistic 0.004; with an update by pulses 1)'),
};

/** What layers that learn locally have. */
export const local = {
  dropout: shareBelowOne('dropout')
    .default(0)
    .describe(
      'share of the units of ff, mono-forward and block-local layers set to 0 at random while learning',
    ),
};

/** What only layers with a cross entropy of their own have: Mono-Forward, and blocks of layers. */
export const monoForward = {
  normalise: yesOrNo('normalise')
    .default(true)
    .describe(
      'Mono-Forward layers, and blocks, send their activity as it is (default: at root mean square 1)',
    ),
  labelSmoothing: shareBelowOne('labelSmoothing')
    .default(0)
    .describe('share of each target of Mono-Forward and block-local that is spread over all classes'),
};

/** What only block-local learning has. */
export const blockLocal = {
  blocks: parts('blocks')
    .optional()
    .describe(
      'block-local: blocks that share out the hidden layers and each learn by backprop inside; 2, or 1+3 for the layers of each (default: 2)',
    ),
};

/** What only backprop has: its schedule, unless that serves layers that learn locally. */
export const backward = {
  schedule: nameOrPath('schedule', learningNames)
    .default('blocking')
    .describe(
      `what a stage does next: ${learningNames.join(', ')}, or ./mine.ts; layers that learn locally run by stream unless the schedule serves them`,
    ),
  flush: whole('flush', 1, 'microbatches')
    .optional()
    .describe(
      'microbatches behind one update of backprop (default: 4 where the schedule flushes or gathers gradients, else 1)',
    ),
};

export const optimiser = {
  optimiser: nameOrPath('optimiser', ['adam', 'sgd'])
    .optional()
    .describe('adam, sgd or ./mine.ts (default: adam; with an update by pulses sgd)'),
  momentum: share('momentum')
    .optional()
    .describe('momentum of sgd (default: 0.9; with an update by pulses 0)'),
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
