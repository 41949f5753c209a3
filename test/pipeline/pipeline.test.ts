import { expect, test as fact } from 'vitest';
import { translate } from '../../src/augmentations/translate.ts';
import { firstOf } from '../../src/data/dataset.ts';
import { pixels } from '../../src/data/encoding.ts';
import { plainKernels } from '../../src/kernels/plain.ts';
import { simdKernels } from '../../src/kernels/simd.ts';
import { monoForward } from '../../src/layers/mono-forward.ts';
import { laggedLabel } from '../../src/negatives/lagged-label.ts';
import { microbatchesOf, microbatchesPerEpoch } from '../../src/pipeline/length.ts';
import type { Pipeline } from '../../src/pipeline/pipeline.ts';
import { learnsBackward, resolve as resolveWith } from '../../src/pipeline/resolve.ts';
import { digital } from '../../src/tiles/digital.ts';
import { blockingBackprop, hard, local, test, uniform } from '../runtimes/runs.ts';

const resolve = (pipeline: Pipeline) => resolveWith(pipeline, simdKernels());

fact('what is left out is filled in', () => {
  const { samples, encoding, negatives, layers, products, optimiser, schedule } = uniform;
  const filled = resolve({ samples, encoding, negatives, layers, products, optimiser, schedule });
  expect(filled).toMatchObject({
    capacity: 2,
    microbatch: 100,
    epochs: 1,
    seed: 1,
    flush: 1,
    runningEvery: 0,
    prequential: false,
    labelDelay: 0,
    unusable: 'refuse' as const,
    scale: 'none' as const,
    line: undefined,
    microbatchTime: 0,
    predictBy: 'goodness',
    weights: [],
    kernels: simdKernels(),
  });
});

fact('predictions are made by goodness, or in one pass where a layer can make them', () => {
  const predictBy = ({ predictBy: _, ...pipeline }: typeof hard) => resolve(pipeline).predictBy;
  expect(predictBy(uniform)).toBe('goodness');
  expect(predictBy(blockingBackprop)).toBe('onePass');
  expect(predictBy(hard)).toBe('onePass');
  expect(predictBy(local)).toBe('onePass');
  expect(resolve(hard).predictBy).toBe('goodness');
});

const bias = (name: string) => [{ name, shape: [1], data: new Float32Array(1) }];

const refusals: readonly [string, Partial<Pipeline>][] = [
  ['layers must be at least one; got 0', { layers: [] }],
  ["predictBy must be 'goodness' or 'onePass'; got 'luck'", { predictBy: 'luck' as 'goodness' }],
  ['width of the test set must be 784, as of the samples; got 392', { test: { ...test, width: 392 } }],
  ['classes of the test set must be 10, as of the samples; got 12', { test: { ...test, classes: 12 } }],
  ["weights must be of layer 0 to 1; got 'layer2.bias'", { weights: bias('layer2.bias') }],
  ["weights must be of layer 0 to 1; got 'layer10.bias'", { weights: bias('layer10.bias') }],
  [
    'layers must be all local or all backward; got ' +
      "'forward-forward, forward-forward, backprop, backprop, cross-entropy head'",
    { layers: [...uniform.layers, ...blockingBackprop.layers] },
  ],
];

fact.each(refusals)('%s', (sentence, change) => {
  expect(() => resolve({ ...uniform, ...change })).toThrow(new RangeError(sentence));
});

fact('negatives that ask are refused where nobody can answer', () => {
  const says = (change: Partial<Pipeline>, text: string) =>
    expect(() => resolve({ ...uniform, ...change })).toThrow(new RangeError(text));
  const name = 'lagged label (readout, lag 1)';
  const negatives = laggedLabel({ of: 'readout', lag: 1 });
  says(
    { negatives },
    `layers must be topped by a readout for negatives '${name}'; got 'forward-forward, forward-forward'`,
  );
  for (const layers of [blockingBackprop.layers, [monoForward({ units: 20 })]]) {
    says(
      { negatives, layers, encoding: pixels() },
      `negatives must be left out where layers reject nothing, as ${layers[0].name}; got '${name}'`,
    );
  }
  says(
    { negatives: { ...negatives, asks: { purpose: 'goodness', lag: 0.5 } } },
    'lag of the negatives must be a whole number of updates, 0 or more; got 0.5',
  );
  expect(() => resolve({ ...hard, negatives })).not.toThrow();
});

fact('images that an augmentation does not suit are refused before the run begins', () => {
  const narrow = { ...uniform.samples, width: 392, count: 460, labels: new Uint8Array(460) };
  expect(() => resolve({ ...uniform, test: narrow, samples: narrow, augmentation: translate() })).toThrow(
    new RangeError('width of images to translate must be a square number of pixels; got 392'),
  );
});

const numbers = [
  ['capacity', ' of microbatches', 1],
  ['flush', ' of microbatches', 1],
  ['microbatch', ' of samples', 1],
  ['epochs', '', 0],
  ['seed', '', 0],
  ['runningEvery', ' of microbatches', 0],
] as const;

fact.each(numbers)('%s must be a whole number%s, %i or more', (name, unit, least) => {
  const rule = `${name} must be a whole number${unit}, ${least} or more`;
  for (const value of [least - 1, least + 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    const refused = () => resolve({ ...uniform, [name]: value });
    expect(refused).toThrow(new RangeError(`${rule}; got ${value}`));
  }
  expect(resolve({ ...uniform, [name]: least })[name]).toBe(least);
});

fact('what was given stays as it was given', () => {
  const given = {
    ...hard,
    capacity: 3,
    microbatch: 9,
    flush: 2,
    epochs: 4,
    seed: 5,
    runningEvery: 6,
    inputDropout: 0.1,
    predictBy: 'onePass' as const,
    weights: [0, 1, 2, 3].flatMap((i) => bias(`layer${i}.bias`)),
    prequential: false,
    labelDelay: 0,
    unusable: 'refuse' as const,
    scale: 'none' as const,
    line: undefined,
    edges: [],
    microbatchTime: 250,
    tile: digital(),
    kernels: plainKernels(),
  };
  expect(resolve(given)).toEqual(given);
});

fact('an epoch has as many microbatches as it takes, the last one perhaps a partial one', () => {
  const count = (samples: number, microbatch: number) =>
    microbatchesPerEpoch({ samples: firstOf(uniform.samples, samples), microbatch });
  expect([count(1, 20), count(20, 20), count(21, 20), count(40, 20), count(7, 1)]).toEqual([1, 1, 2, 2, 7]);
});

fact('an optional setting may be undefined: it is left out', () => {
  const optional = [
    ...['capacity', 'microbatch', 'flush', 'epochs', 'microbatches', 'seed', 'runningEvery', 'prequential'],
    ...['microbatchTime', 'tile'],
    ...['predictBy', 'weights', 'kernels', 'inputDropout', 'augmentation', 'test', 'heldOut'],
  ];
  const { samples, encoding, negatives, layers, products, optimiser, schedule } = uniform;
  const least = { samples, encoding, negatives, layers, products, optimiser, schedule };
  const undefineds = Object.fromEntries(optional.map((name) => [name, undefined]));
  expect(resolve({ ...least, ...undefineds })).toEqual(resolve(least));
});

fact(
  'so many microbatches are learned from, across epochs, at most those of the epochs where both are given',
  () => {
    const learned = (change: Partial<Pipeline>) => microbatchesOf(resolve({ ...uniform, ...change }));
    expect(learned({})).toBe(12);
    expect(learned({ epochs: 3 })).toBe(36);
    expect(learned({ microbatches: 0 })).toBe(0);
    expect(learned({ microbatches: 31 })).toBe(31);
    expect(resolve({ ...uniform, microbatches: 31 }).epochs).toBe(3);
    expect(learned({ microbatches: 31, epochs: 4 })).toBe(31);
    expect(() => learned({ microbatches: 31, epochs: 2 })).toThrow(
      new RangeError('microbatches must be at most 24, those of 2 epochs; got 31'),
    );
    expect(() => learned({ microbatches: 1.5 })).toThrow(
      new RangeError('microbatches must be a whole number, 0 or more; got 1.5'),
    );
  },
);

fact('layers learn backward where gradients are sent down', () => {
  expect([uniform, hard, blockingBackprop].map(learnsBackward)).toEqual([false, false, true]);
});

fact('layers that send pairs of rows and layers that send single ones are not mixed', () => {
  const [pairs, single] = [uniform.layers[0], local.layers[0]];
  for (const layers of [
    [pairs, single],
    [single, pairs],
    [pairs, single, single],
    [single, pairs, single],
  ]) {
    expect(() => resolve({ ...uniform, layers })).toThrow(
      /^layers must be all of one rule below a readout; got '/,
    );
  }
  for (const layers of [[single], [single, single]])
    expect(resolve({ ...local, layers }).layers).toBe(layers);
  for (const layers of [[pairs, pairs], hard.layers])
    expect(resolve({ ...uniform, layers }).layers).toBe(layers);
});
