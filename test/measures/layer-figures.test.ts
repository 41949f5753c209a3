import { lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import type { LayerFigures, OpEvent, TraceEvent } from '../../src/core/trace.ts';
import { plain } from '../../src/extend.ts';
import {
  adam,
  backprop,
  blocking,
  crossEntropyHead,
  dataset,
  forwardForward,
  hardLabel,
  inline,
  labelOverlay,
  monoForward,
  type Pipeline,
  pixels,
  run,
  softmaxReadout,
  stream,
  virtual,
} from '../../src/index.ts';
import { layerFigures } from '../../src/report.ts';
import { op } from './trace.ts';

const samples = dataset({
  ...{ name: 'stripes', width: 9, classes: 3 },
  images: Uint8Array.from({ length: 40 * 9 }, (_, i) => (i * 7919) % 256),
  labels: Uint8Array.from({ length: 40 }, (_, i) => i % 3),
});
const shared = {
  samples,
  products: plain(),
  microbatch: 10,
  epochs: 2,
  optimiser: adam({ learningRate: 0.01 }),
};
const ff: Pipeline = {
  ...{ ...shared, encoding: labelOverlay({ classes: 3 }), negatives: hardLabel(), schedule: stream() },
  layers: [
    ...[8, 6, 5].map((units) => forwardForward({ units, neutral: true, feature: true })),
    softmaxReadout({ classes: 3 }),
  ],
};
const mono: Pipeline = {
  ...{ ...shared, encoding: pixels(), schedule: stream() },
  layers: [8, 6, 5].map((units) => monoForward({ units })),
};
const deep: Pipeline = {
  ...{ ...shared, encoding: pixels(), schedule: blocking() },
  layers: [backprop({ units: 8 }), backprop({ units: 6 }), crossEntropyHead({ classes: 3 })],
};

const traceOf = (pipeline: Pipeline, stages: number) =>
  lastValueFrom(run(pipeline, inline({ stages })).pipe(toArray()));
const folded = (events: readonly TraceEvent[]) => {
  const measure = layerFigures();
  for (const event of events) measure.add(event);
  return measure.value();
};

test.each([
  ['Forward-Forward', ff, 4],
  ['Mono-Forward', mono, 3],
  ['backprop', deep, 3],
] as const)(
  'the figures of each layer of %s are the same however layers are shared out',
  async (_, pipeline, most) => {
    const traces = await Promise.all(Array.from({ length: most }, (_, i) => traceOf(pipeline, i + 1)));
    const [alone] = traces.map(folded);
    for (const figures of traces.map(folded)) expect(figures).toEqual(alone);
    expect(folded(await lastValueFrom(run(pipeline, virtual({ devices: 2 })).pipe(toArray())))).toEqual(
      alone,
    );
  },
);

test('a Forward-Forward layer tells loss, goodness of both, and pairs that it has right; a readout loss and samples', async () => {
  const figures = folded(await traceOf(ff, 2));
  expect(figures.map((one) => Object.keys(one))).toEqual([
    ...[0, 1, 2].map(() => ['layer', 'loss', 'positiveGoodness', 'negativeGoodness', 'accuracy']),
    ['layer', 'loss', 'accuracy'],
  ]);
  for (const { accuracy } of figures) {
    expect(accuracy).toBeGreaterThan(0);
    expect(accuracy).toBeLessThanOrEqual(1);
  }
});

test('a hidden layer of backprop tells nothing, its head loss and accuracy', async () => {
  expect(folded(await traceOf(deep, 2)).map((one) => Object.keys(one))).toEqual([
    ['layer', 'loss', 'accuracy'],
  ]);
});

test('the loss of a stage is the mean of the losses of its layers', async () => {
  const ops = (await traceOf(mono, 1)).filter(
    (event): event is OpEvent => event.kind === 'op' && event.op === 'F',
  );
  expect(ops.length).toBeGreaterThan(0);
  for (const { loss, layers = [] } of ops.filter(({ purpose }) => purpose === 'learn')) {
    expect(layers.map(({ layer }) => layer)).toEqual([0, 1, 2]);
    expect(layers.reduce((sum, one) => sum + (one.loss ?? 0), 0) / 3).toBeCloseTo(loss ?? 0, 12);
  }
});

test('values are moving means over the span, each figure of each layer by itself', () => {
  const measure = layerFigures(2);
  const learned = (...layers: LayerFigures[]) => measure.add(op('F', 0, 0, 0, 1, { layers }));
  learned({ layer: 1, loss: 4, accuracy: 0.5 });
  learned({ layer: 1, loss: 2, accuracy: 1 }, { layer: 0, loss: 1, positiveGoodness: 3 });
  expect(measure.value()).toEqual([
    { layer: 0, loss: 1, positiveGoodness: 3 },
    { layer: 1, loss: 3, accuracy: 0.75 },
  ]);
  learned({ layer: 1, loss: 1 });
  expect(measure.value()[1]).toEqual({ layer: 1, loss: 2, accuracy: 0.75 });
});

test('goodness of a layer whose units all have the activity b is b², on both sides, and no pair is right', async () => {
  const layer = (name: string, shape: readonly number[], value: number) => ({
    ...{ name: `layer0.${name}`, shape },
    data: new Float32Array(shape.reduce((a, b) => a * b)).fill(value),
  });
  const pipeline: Pipeline = {
    ...ff,
    layers: [forwardForward({ units: 4 })],
    ...{ microbatches: 1, weights: [layer('weight', [9, 4], 0), layer('bias', [4], 1.5)] },
  };
  const [figures] = folded(await traceOf(pipeline, 1));
  // SymBa of equal goodness: ln 2
  expect(figures).toEqual({
    ...{ layer: 0, loss: expect.closeTo(Math.LN2, 6), accuracy: 0 },
    ...{ positiveGoodness: 2.25, negativeGoodness: 2.25 },
  });
});

test('the accuracy of a layer that scores classes is that of predictions by the weights before', async () => {
  const pipeline: Pipeline = { ...mono, layers: [monoForward({ units: 8 })], prequential: true };
  const events = await traceOf(pipeline, 1);
  // a microbatch is predicted in halves
  const right = events.flatMap((one) => (one.kind === 'prediction' ? [one.correct] : []));
  const predicted = Array.from({ length: 8 }, (_, i) => (right[2 * i] + right[2 * i + 1]) / 10);
  const seen = events.flatMap((one) => (one.kind === 'op' ? (one.layers ?? []) : []));
  expect(right.length).toBe(16);
  expect(seen.map(({ accuracy }) => accuracy)).toEqual(predicted);
});
