import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { plain } from '../../src/extend.ts';
import {
  backprop,
  blocking,
  crossEntropyHead,
  type DatasetPipeline,
  dataset,
  forwardForward,
  inline,
  labelOverlay,
  measure,
  pixels,
  run,
  sgd,
  softmaxReadout,
  stream,
  testAccuracy,
  weights,
  wrongLabel,
} from '../../src/index.ts';
import { activities, onTopOf } from '../../src/report.ts';
import { affineRow, normalised, rectified, rowsFrom, squaresOf } from '../layers/oracle.ts';

const images = Float32Array.from({ length: 7 * 12 }, (_, i) => ((i * 37) % 19) / 19);
const samples = dataset({ name: 'seven', width: 12, classes: 3, images, labels: new Uint8Array(7) });
const shared = { samples, products: plain(), optimiser: sgd(), microbatch: 3, epochs: 0, seed: 4 };

const back: DatasetPipeline = {
  ...shared,
  encoding: pixels(),
  layers: [backprop({ units: 5 }), backprop({ units: 4 }), crossEntropyHead({ classes: 3 })],
  schedule: blocking(),
};
const ff: DatasetPipeline = {
  ...shared,
  encoding: labelOverlay({ classes: 3 }),
  negatives: wrongLabel(),
  layers: [
    forwardForward({ units: 6, neutral: true, feature: true }),
    forwardForward({ units: 5, neutral: true, feature: true }),
    softmaxReadout({ classes: 3 }),
  ],
  schedule: stream(),
};
const learnedBy = async (pipeline: DatasetPipeline) =>
  (await lastValueFrom(run(pipeline, inline()).pipe(measure({ weights })))).weights;

describe('activities', () => {
  it('are max(0, x·W + b) of each layer of backprop, whatever the last microbatch holds', async () => {
    const learned = await learnedBy(back);
    const [first, second] = await activities({ ...back, weights: learned }, samples);
    const layer = (x: number[], k: number) =>
      rectified(affineRow(x, learned[2 * k].data, learned[2 * k + 1].data));
    const h = rowsFrom(images, 12).map((x) => layer(x, 0));
    for (const [r, row] of rowsFrom(first.images, 5).entries())
      for (const [j, value] of row.entries()) expect(value).toBeCloseTo(h[r][j], 5);
    for (const [r, row] of rowsFrom(second.images, 4).entries())
      for (const [j, value] of row.entries()) expect(value).toBeCloseTo(layer(h[r], 1)[j], 5);
    expect([second.count, second.width, second.classes]).toEqual([7, 4, 3]);
    expect(second.labels).toEqual(samples.labels);
  });

  it('of Forward-Forward layers are those of the neutral label, at root mean square 1', async () => {
    const learned = await learnedBy(ff);
    const [first] = await activities({ ...ff, weights: learned }, samples, { layers: [0] });
    const expected = rowsFrom(images, 12).map((pixelsOf) => {
      const neutral = pixelsOf.map((value, j) => (j < 3 ? 1 / 3 : value));
      const size = Math.sqrt(squaresOf(neutral) / 12);
      const x = neutral.map((value) => value / size);
      return normalised(rectified(affineRow(x, learned[0].data, learned[1].data)));
    });
    for (const [r, row] of rowsFrom(first.images, 6).entries())
      for (const [j, value] of row.entries()) expect(value).toBeCloseTo(expected[r][j], 4);
  });

  it('under a head learned on them predict what the whole network predicts', async () => {
    const learned = await learnedBy({ ...back, epochs: 3 });
    const test = samples;
    const accuracyOf = async (pipeline: DatasetPipeline) =>
      (await lastValueFrom(run(pipeline, inline()).pipe(measure({ test: testAccuracy })))).test.accuracy;
    const head = learned.slice(4).map((one) => ({ ...one, name: one.name.replace('layer2', 'layer0') }));
    const alone = { ...back, test, layers: [crossEntropyHead({ classes: 3 })] };
    const probe = await onTopOf({ ...back, weights: learned }, [1], alone);
    expect([probe.samples.width, probe.test?.width]).toEqual([4, 4]);
    expect(await accuracyOf({ ...probe, epochs: 0, weights: head })).toBe(
      await accuracyOf({ ...back, test, epochs: 0, weights: learned }),
    );
  });

  it('of several layers lie side by side in one data set where that is asked for', async () => {
    const [first, second] = await activities(ff, samples);
    const [both, ...none] = await activities(ff, samples, { layers: [0, 1], together: true });
    expect([both.width, none]).toEqual([11, []]);
    const expected = rowsFrom(first.images, 6).map((row, r) => [...row, ...rowsFrom(second.images, 5)[r]]);
    expect(rowsFrom(both.images, 11)).toEqual(expected);
  });

  it('are asked of layers that send one, of samples as wide as the pipeline’s', async () => {
    await expect(activities(back, samples, { layers: [2] })).rejects.toThrow(
      new RangeError('layer must be one of 0, 1; got 2'),
    );
    const narrow = dataset({ ...samples, width: 6, images: images.slice(0, 42) });
    await expect(activities(back, narrow)).rejects.toThrow(
      new RangeError('width of the samples must be 12; got 6'),
    );
  });
});
