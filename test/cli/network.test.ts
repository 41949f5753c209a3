import { expect, test } from 'vitest';
import { trainSettings } from '../../src/cli/settings/train-settings.ts';
import { pipelineOf } from '../../src/cli/values/network.ts';
import { allWrong, hybridMask, masked, plain } from '../../src/extend.ts';
import {
  adam,
  blocking,
  gpipe,
  hardLabel,
  interleaved,
  labelOverlay,
  laggedLabel,
  oneFOneB,
  pipedream,
  sgd,
  swish,
  wrongLabel,
  zbH1,
  zbH2,
  zbV,
} from '../../src/index.ts';
import { test as testSet, train } from '../runtimes/runs.ts';

const pipelineWith = (flags: object) =>
  pipelineOf(trainSettings.parse(flags), { samples: train, test: testSet, products: plain() });

test('--loss swish is Swish-SymBa with α = 6 for mean goodness, 6/units for sums, or as --alpha says', () => {
  const lossesWith = (flags: object) =>
    pipelineWith({ loss: 'swish', layers: [30, 20], ...flags }).layers.map(({ options }) => options.loss);
  expect(lossesWith({})).toEqual([swish({ alpha: 6 }), swish({ alpha: 6 })]);
  expect(lossesWith({ goodness: 'sum' })).toEqual([swish({ alpha: 0.2 }), swish({ alpha: 0.3 })]);
  expect(lossesWith({ alpha: '3' })).toEqual([swish({ alpha: 3 }), swish({ alpha: 3 })]);
  expect(pipelineWith({ loss: 'swish' }).optimiser.options.learningRate).toBe(0.002);
});

test('--weight-decay and --decay reach the optimiser of either rule, and the readout only the latter', () => {
  const flags = { weightDecay: '0.1', decay: 'cosine', constantFor: '0.25' };
  const shared = { weightDecay: 0.1, decay: 'cosine', constantFor: 0.25 } as const;
  expect(pipelineWith(flags).optimiser).toEqual(adam({ ...shared, learningRate: 0.002 }));
  const backprop = pipelineWith({ ...flags, rule: 'backprop', optimiser: 'sgd' });
  expect(backprop.optimiser).toEqual(sgd({ ...shared, learningRate: 0.001, momentum: 0.9 }));
  const head = pipelineWith({ ...flags, readout: true }).layers.at(-1);
  expect(head?.options.optimiser).toEqual(
    sgd({ learningRate: 0.1, momentum: 0.9, constantFor: 0.25, decay: 'cosine' }),
  );
});

test('--shift moves the images of either rule, by no pixel unless told otherwise', () => {
  for (const rule of ['ff', 'backprop']) {
    expect(pipelineWith({ rule }).augmentation).toBeUndefined();
    expect(pipelineWith({ rule, shift: '0' }).augmentation).toBeUndefined();
    const { augmentation } = pipelineWith({ rule, shift: '2' });
    expect(augmentation?.name).toBe('translate');
    expect(() => augmentation?.mustSuit(4)).toThrow('translation must be below 2 pixels');
    expect(() => augmentation?.mustSuit(9)).not.toThrow();
  }
});

test('--input-dropout is that of either rule’s pipeline, 0 unless told otherwise', () => {
  for (const rule of ['ff', 'mono-forward', 'backprop', 'block-local']) {
    expect(pipelineWith({ rule }).inputDropout).toBe(0);
    expect(pipelineWith({ rule, inputDropout: '0.5' }).inputDropout).toBe(0.5);
  }
});

test('--label-smoothing is that of Mono-Forward layers, and of no others', () => {
  const flags = { rule: 'mono-forward', labelSmoothing: '0.1' };
  expect(pipelineWith(flags).layers.map(({ options }) => options.labelSmoothing)).toEqual([0.1, 0.1]);
  expect(pipelineWith({ rule: 'mono-forward' }).layers[0].options.labelSmoothing).toBe(0);
});

test('--blocks share out the hidden layers evenly, the later ones longer, or as they are told; 2 unless told otherwise', () => {
  const cut = (count: number, blocks?: string | number) => {
    const layers = [9, 8, 7, 6, 5].slice(0, count);
    const made = pipelineWith({ rule: 'block-local', layers, blocks, dropout: '0.1' }).layers;
    return made.map(({ options: { inner, units } }) => [...(inner as number[]), units]);
  };
  expect(cut(4)).toEqual([
    [9, 8],
    [7, 6],
  ]);
  expect(cut(5)).toEqual([
    [9, 8],
    [7, 6, 5],
  ]);
  expect(cut(1)).toEqual([[9]]);
  expect(cut(3, 1)).toEqual([[9, 8, 7]]);
  expect(cut(3, '3')).toEqual([[9], [8], [7]]);
  expect(cut(5, '3+1+1')).toEqual([[9, 8, 7], [6], [5]]);
  const { layers, optimiser, schedule } = pipelineWith({ rule: 'block-local', dropout: '0.1' });
  expect(layers[0].options).toMatchObject({ dropout: 0.1, normalise: true, labelSmoothing: 0 });
  expect([optimiser, schedule.name]).toEqual([adam({ learningRate: 0.003 }), 'stream']);
});

test('--label-strength is that of the overlaid label, 1 unless told otherwise', () => {
  const amplitudeWith = (flags: object) =>
    pipelineWith(flags).encoding.encode(train.images, 0, new Float32Array(784));
  const overlaid = (strength: number) =>
    labelOverlay({ strength }).encode(train.images, 0, new Float32Array(784));
  expect(amplitudeWith({})).toBe(overlaid(1));
  expect(amplitudeWith({ labelStrength: '2.5' })).toBe(overlaid(2.5));
});

test('--negatives that are images are learned from without a label, and a readout predicts', () => {
  const { encoding, negatives, predictBy } = pipelineWith({ negatives: 'hybrid-mask', readout: true });
  expect([encoding.name, negatives, predictBy]).toEqual(['normalised pixels', hybridMask(), 'onePass']);
  expect(pipelineWith({ negatives: 'masked', readout: true }).negatives).toEqual(masked());
});

test('--negatives are drawn by the first layer, or late by the source, of all layers or the readout', () => {
  const negativesWith = (flags: object) => pipelineWith(flags).negatives;
  expect(negativesWith({})).toEqual(hardLabel());
  expect(negativesWith({ negatives: 'uniform' })).toEqual(wrongLabel());
  expect(negativesWith({ negatives: 'all-wrong' })).toEqual(allWrong());
  expect(negativesWith({ negatives: 'lagged-readout', readout: true })).toEqual(
    laggedLabel({ of: 'readout' }),
  );
  expect(negativesWith({ negatives: 'lagged-readout', readout: true, lag: '0' })).toEqual(
    laggedLabel({ of: 'readout', lag: 0 }),
  );
  expect(negativesWith({ negatives: 'lagged-goodness', lag: '7' })).toEqual(
    laggedLabel({ of: 'goodness', lag: 7, sharpness: 25 }),
  );
  expect(negativesWith({ negatives: 'lagged-goodness', loss: 'swish' })?.options.sharpness).toBe(6);
});

test('--schedule is that of backprop, with a flush of four microbatches where it flushes, or as --flush says', () => {
  const scheduled = (flags: object) => {
    const { schedule, flush } = pipelineWith({ rule: 'backprop', ...flags });
    return [schedule, flush];
  };
  expect(scheduled({})).toEqual([blocking(), 1]);
  expect(scheduled({ schedule: 'pipedream' })).toEqual([pipedream(), 1]);
  expect(scheduled({ schedule: 'gpipe' })).toEqual([gpipe(), 4]);
  expect(scheduled({ schedule: '1f1b', flush: '8' })).toEqual([oneFOneB(), 8]);
  expect(scheduled({ schedule: 'zb-h1', flush: '1' })).toEqual([zbH1(), 1]);
  expect(scheduled({ schedule: 'zb-h2' })).toEqual([zbH2(), 4]);
  expect(scheduled({ schedule: 'interleaved-1f1b', flush: '6' })).toEqual([interleaved(), 6]);
  expect(scheduled({ schedule: 'zb-v' })).toEqual([zbV(), 4]);
  expect(pipelineWith({}).flush).toBeUndefined();
});

test('an update by pulses has plain sgd, and each rule a rate that suits it', () => {
  const pulsed = { tile: 'crossbar', update: 'per-pass' };
  const optimiserOf = (flags: object) => pipelineWith({ ...pulsed, ...flags }).optimiser;
  for (const [rule, learningRate] of [
    ['ff', 1],
    ['mono-forward', 0.5],
    ['backprop', 0.1],
    ['block-local', 0.5],
  ] as const)
    expect(optimiserOf({ rule }).options).toMatchObject({ learningRate, momentum: 0 });
  expect(optimiserOf({ update: 'exact', rule: 'backprop' })).toEqual(adam({ learningRate: 0.001 }));
  expect(optimiserOf({ learningRate: '0.3' }).options).toMatchObject({ learningRate: 0.3, momentum: 0 });
});
