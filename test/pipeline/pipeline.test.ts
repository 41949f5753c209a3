import { expect, test as fact } from 'vitest';
import { whole } from '../../src/pipeline/pipeline.ts';
import { blockingBackprop, hard, test, uniform } from '../runtimes/runs.ts';

fact('what is left out is filled in', () => {
  const { samples, encoding, layers, tile, optimiser, schedule } = uniform;
  const filled = whole({ samples, encoding, layers, tile, optimiser, schedule });
  expect(filled).toMatchObject({
    capacity: 2,
    microbatch: 100,
    epochs: 1,
    seed: 1,
    runningEvery: 0,
    weights: [],
  });
});

fact('predictions are made by goodness, or in one pass where a head or readout is there to make them', () => {
  const predictBy = ({ predictBy: _, ...pipeline }: typeof hard) => whole(pipeline).predictBy;
  expect(predictBy(uniform)).toBe('goodness');
  expect(predictBy(blockingBackprop)).toBe('onePass');
  expect(predictBy(hard)).toBe('onePass');
  expect(whole(hard).predictBy).toBe('goodness');
});

fact.each([
  [{ capacity: 0 }, 'capacity must be a whole number of microbatches, 1 or more; got 0'],
  [{ capacity: 1.5 }, 'capacity must be a whole number of microbatches, 1 or more; got 1.5'],
  [{ microbatch: 0 }, 'microbatch must be a whole number of samples, 1 or more; got 0'],
  [{ epochs: -1 }, 'epochs must be a whole number, 0 or more; got -1'],
  [{ seed: Number.NaN }, 'seed must be a whole number, 0 or more; got NaN'],
  [{ runningEvery: -3 }, 'runningEvery must be a whole number of microbatches, 0 or more; got -3'],
  [{ layers: [] }, 'layers must be at least one; got 0'],
  [{ predictBy: 'luck' as 'goodness' }, "predictBy must be 'goodness' or 'onePass'; got 'luck'"],
  [{ test: { ...test, width: 392 } }, 'width of the test set must be 784, as of the samples; got 392'],
  [{ test: { ...test, classes: 12 } }, 'classes of the test set must be 10, as of the samples; got 12'],
  [
    { weights: [{ name: 'layer2.bias', shape: [1], data: new Float32Array(1) }] },
    "weights must be of layer 0 to 1; got 'layer2.bias'",
  ],
  [
    { layers: [...uniform.layers, ...blockingBackprop.layers] },
    'layers must be all local or all backward; got ',
  ],
])('%o is refused: %s', (change, sentence) => {
  expect(() => whole({ ...uniform, ...change })).toThrow(sentence);
});
