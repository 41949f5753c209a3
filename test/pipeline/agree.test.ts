import { expect, test as fact } from 'vitest';
import { dataset } from '../../src/data/dataset.ts';
import { labelOverlay, pixels } from '../../src/data/encoding.ts';
import { endless } from '../../src/data/endless.ts';
import { plainKernels } from '../../src/kernels/plain.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { monoForward } from '../../src/layers/mono-forward.ts';
import { crossEntropyHead, softmaxReadout } from '../../src/layers/softmax.ts';
import { hybridMask } from '../../src/negatives/hybrid-mask.ts';
import { wrongLabel } from '../../src/negatives/wrong-label.ts';
import { adam } from '../../src/optimisers/adam.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import { microbatchesOf } from '../../src/pipeline/length.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { resolve } from '../../src/pipeline/resolve.ts';
import { blockingBackprop, hard, local, uniform, unlabelled } from '../runtimes/runs.ts';

/** A dataset of so many classes and features; the first sample has the last class. */
const made = (classes: number, width = 784, name = 'made') =>
  dataset({
    ...{ name, width, classes },
    images: new Uint8Array(3 * width),
    labels: Uint16Array.of(classes - 1, 0, 0),
  });

const bare: Pipeline = { ...uniform, test: undefined };
const of = (samples: Pipeline['samples'], more: Partial<Pipeline> = {}): Pipeline => ({
  ...{ ...bare, samples },
  ...more,
});
const noise = endless({ name: 'noise', width: 784, classes: 10, sample: () => 0 });
const streamed: Pipeline = { ...bare, samples: noise, optimiser: sgd() };

const weight = (
  name: string,
  shape: readonly number[],
  data = new Float32Array(shape.reduce((a, b) => a * b)),
) => ({
  ...{ name, shape, data },
});

const refusals: readonly [string, Pipeline][] = [
  [
    "encoding must be pixels() where negatives are images, as 'hybrid mask'; got 'labelOverlay'",
    { ...unlabelled, encoding: labelOverlay() },
  ],
  [
    "layers must be topped by a readout for negatives 'hybrid mask', which are images; got 'forward-forward, forward-forward'",
    { ...unlabelled, layers: uniform.layers, predictBy: 'goodness' },
  ],
  [
    "predictBy must be 'onePass' where negatives are images, as 'hybrid mask'; got 'goodness'",
    { ...unlabelled, predictBy: 'goodness' },
  ],
  [
    "negatives must be left out where layers reject nothing, as mono-forward; got 'hybrid mask'",
    { ...local, negatives: hybridMask() },
  ],
  [
    "samples of every microbatch must be 2 or more for negatives 'hybrid mask'; got 1",
    { ...unlabelled, samples: made(10), microbatch: 2 },
  ],
  [
    "encoding must be labelOverlay({ classes: 10 }) for layers that compare labels, as forward-forward; got 'pixels'",
    { ...uniform, encoding: pixels() },
  ],
  [
    "layers must be topped by a head, as crossEntropyHead(), where they learn backward; got 'backprop, backprop'",
    { ...blockingBackprop, layers: [backprop({ units: 8 }), backprop({ units: 8 })] },
  ],
  ["classes of encoding 'labelOverlay' must be 27, those of the samples; got 10", of(made(27))],
  ["classes of encoding 'labelOverlay' must be 62, those of the samples; got 10", of(made(62))],
  [
    "classes of encoding 'labelOverlay' must be 10, those of the samples; got 3",
    { ...uniform, encoding: labelOverlay({ classes: 3 }) },
  ],
  [
    "classes of encoding 'labelOverlay' must be 10, those of the samples; got 700",
    { ...uniform, encoding: labelOverlay({ classes: 700 }) },
  ],
  [
    "encoding must be pixels() for layers that read no labels, as mono-forward; got 'labelOverlay'",
    { ...local, encoding: labelOverlay() },
  ],
  [
    "encoding must be pixels() for layers that read no labels, as backprop; got 'labelOverlay'",
    { ...blockingBackprop, encoding: labelOverlay() },
  ],
  ['width of the samples must be more than 10, the label pixels; got 10', of(made(10, 10))],
  [
    'negatives must be given for layers that reject, as forward-forward; got undefined',
    { ...uniform, negatives: undefined },
  ],
  [
    "negatives must be left out where layers reject nothing, as mono-forward; got 'wrong label'",
    { ...local, negatives: wrongLabel() },
  ],
  [
    "negatives must be left out where layers reject nothing, as backprop; got 'wrong label'",
    { ...blockingBackprop, negatives: wrongLabel() },
  ],
  [
    'classes must be 2 or more for a label to be wrong; got 1',
    of(made(1), { encoding: labelOverlay({ classes: 1 }) }),
  ],
  [
    "classes of layer 'cross-entropy head' must be 10, those of the samples; got 4",
    { ...blockingBackprop, layers: [backprop({ units: 4 }), crossEntropyHead({ classes: 4 })] },
  ],
  [
    "layers below 'softmax readout' must be at least one with neutral and feature set; got 'none'",
    { ...hard, layers: [forwardForward({ units: 8, neutral: true }), softmaxReadout()] },
  ],
  [
    "predictBy must be 'goodness' where no layer predicts in one pass; got 'onePass'",
    { ...uniform, predictBy: 'onePass' },
  ],
  [
    "predictBy must be 'onePass' for layers that read no labels, as mono-forward; got 'goodness'",
    { ...local, predictBy: 'goodness' },
  ],
  [
    'runningEvery must be 0 or left out where prequential predicts every sample; got 4',
    { ...uniform, prequential: true },
  ],
  ['epochs must be left out where samples never end; got 2', { ...streamed, epochs: 2 }],
  [
    "heldOut must be left out where samples never end: it counts epochs; got 'held'",
    { ...streamed, heldOut: { samples: made(10, 784, 'held'), every: 1 } },
  ],
  [
    "test must be left out where samples never end, unless microbatches is given; got 'tested'",
    { ...streamed, test: made(10, 784, 'tested') },
  ],
  [
    "horizon of optimiser 'adam' must be stated for a run without end, unless its decay is 'none'; got undefined",
    { ...streamed, optimiser: adam() },
  ],
  [
    "horizon of optimiser 'adam' must be stated for a run without end, unless its decay is 'none'; got undefined",
    { ...streamed, layers: [forwardForward({ units: 8, optimiser: adam() })] },
  ],
  [
    'width of the samples held out must be 784, as of the samples; got 12',
    { ...uniform, heldOut: { samples: made(10, 12), every: 1 } },
  ],
  [
    'classes of the samples held out must be 10, as of the samples; got 9',
    { ...uniform, heldOut: { samples: made(9), every: 1 } },
  ],
  [
    "weights 'layer0.weight' must be 20 × 12 = 240 numbers; got 5",
    { ...uniform, weights: [weight('layer0.weight', [20, 12], new Float32Array(5))] },
  ],
  [
    "weights must be there for every layer or left out; got 'none for layer 1'",
    { ...uniform, weights: [weight('layer0.bias', [24])] },
  ],
  [
    "weights 'layer0.bias' must be there once; got 'two'",
    { ...uniform, weights: [weight('layer0.bias', [24]), weight('layer0.bias', [24])] },
  ],
  [
    "weights 'layer0.bias' must be finite; got NaN",
    { ...uniform, weights: [weight('layer0.bias', [1], Float32Array.of(Number.NaN))] },
  ],
];

fact.each(refusals)('%s', (sentence, pipeline) => {
  expect(() => resolve(pipeline, plainKernels())).toThrow(new RangeError(sentence));
});

fact('a dataset made by hand with a label that is no class is refused wherever it stands', () => {
  const odd = { ...made(10), labels: Uint8Array.of(0, 255, 1) };
  const text = 'label 1 of made must be a class from 0 to 9; got 255';
  for (const pipeline of [
    of(odd),
    { ...bare, test: odd },
    { ...bare, heldOut: { samples: odd, every: 1 } },
  ]) {
    expect(() => resolve(pipeline, plainKernels())).toThrow(new RangeError(text));
  }
  const same = { ...made(10), classes: 9 };
  expect(() => resolve(of(same, { encoding: labelOverlay({ classes: 9 }) }), plainKernels())).toThrow(
    new RangeError('label 0 of made must be a class from 0 to 8; got 9'),
  );
});

fact('samples that never end may decay, and test, with a stated number of microbatches', () => {
  const ended = resolve(
    { ...streamed, optimiser: adam(), test: made(10, 784, 'tested'), microbatches: 5 },
    plainKernels(),
  );
  expect(microbatchesOf(ended)).toBe(5);
  expect(microbatchesOf(resolve(streamed, plainKernels()))).toBe(Number.POSITIVE_INFINITY);
  expect(() => resolve({ ...streamed, optimiser: adam({ constantFor: 1 }) }, plainKernels())).not.toThrow();
});

fact('labels have up to 65,536 classes and features any width', () => {
  const wide = { ...local, samples: made(65_536, 12), test: undefined };
  expect(() => resolve({ ...wide, layers: [monoForward({ units: 3 })] }, plainKernels())).not.toThrow();
  expect(() =>
    resolve(of(made(700), { encoding: labelOverlay({ classes: 700 }) }), plainKernels()),
  ).not.toThrow();
});
