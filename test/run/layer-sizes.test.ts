import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { plain } from '../../src/extend.ts';
import {
  backprop,
  blocking,
  crossEntropyHead,
  dataset,
  forwardForward,
  inline,
  labelOverlay,
  measure,
  type Pipeline,
  pixels,
  run,
  sgd,
  softmaxReadout,
  stream,
  wrongLabel,
} from '../../src/index.ts';
import { layerSizes, reuseDistance } from '../../src/report.ts';

const samples = dataset({
  ...{ name: 'bars', width: 12, classes: 3 },
  images: Float32Array.from({ length: 60 * 12 }, (_, i) => (i % 7) - 3),
  labels: Uint8Array.from({ length: 60 }, (_, i) => i % 3),
});
const shared = { samples, microbatch: 10, products: plain(), optimiser: sgd({ learningRate: 0.01 }) };
const ff = { units: 5, neutral: true, feature: true };
const pipelines: Readonly<Record<string, Pipeline>> = {
  'Forward-Forward': {
    ...{ ...shared, encoding: labelOverlay({ classes: 3 }), negatives: wrongLabel(), schedule: stream() },
    layers: [forwardForward(ff), forwardForward({ ...ff, units: 4 }), softmaxReadout({ classes: 3 })],
  },
  backprop: {
    ...{ ...shared, encoding: pixels(), schedule: blocking() },
    layers: [backprop({ units: 5 }), backprop({ units: 4 }), crossEntropyHead({ classes: 3 })],
  },
};

describe('sizes of layers', () => {
  it('are their inputs, units and rows of activity', async () => {
    expect(await layerSizes(pipelines['Forward-Forward'])).toEqual([
      { inputs: 12, units: 5, streams: 3, learns: 'locally' },
      { inputs: 5, units: 4, streams: 3, learns: 'locally' },
      { inputs: 9, units: 3, streams: 1, learns: 'locally' },
    ]);
    expect(await layerSizes(pipelines.backprop)).toEqual([
      { inputs: 12, units: 5, streams: 1, learns: 'backward' },
      { inputs: 5, units: 4, streams: 1, learns: 'backward' },
      { inputs: 4, units: 3, streams: 1, learns: 'backward' },
    ]);
  });

  it.each(Object.keys(pipelines))(
    'fit a real run of %s: weights are read twice and written once',
    async (rule) => {
      const layers = await layerSizes(pipelines[rule]);
      const { reuse } = await lastValueFrom(
        run(pipelines[rule], inline()).pipe(measure({ reuse: () => reuseDistance(layers) })),
      );
      const weights = layers.reduce((sum, { inputs, units }) => sum + inputs * units, 0);
      expect(reuse.microbatches).toBe(6);
      const { all, activities } = reuse.machine;
      expect(all.floats - activities.floats).toBe(6 * 3 * weights);
      for (const [i, worker] of reuse.workers.entries())
        expect(worker.all.floats - worker.activities.floats).toBe(6 * 3 * layers[i].inputs * layers[i].units);
    },
  );
});
