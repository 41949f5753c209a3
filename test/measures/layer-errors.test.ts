import { lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import type { OpEvent } from '../../src/core/trace.ts';
import { plain } from '../../src/extend.ts';
import {
  dataset,
  forwardForward,
  inline,
  labelOverlay,
  run,
  sgd,
  softmaxReadout,
  stream,
  wrongLabel,
} from '../../src/index.ts';
import { layerErrors } from '../../src/report.ts';
import { op } from './trace.ts';

const told = (layer: number, accuracy: number | undefined, more: Partial<OpEvent> = {}) =>
  op('F', 0, 0, 0, 1, {
    ...{ rows: 10, layers: [{ layer, loss: 1, ...(accuracy !== undefined && { accuracy }) }] },
    ...more,
  });

test('each layer counts its own spans, a microbatch where its first sample lies', () => {
  const errors = layerErrors(25);
  for (const accuracy of [0, 0.5, 0.9, 1, 0.8, 0.7]) errors.add(told(1, accuracy));
  errors.add(told(3, 0.4));
  expect(errors.value()).toEqual([
    { layer: 1, wrong: [10 + 5 + 1, 0 + 2, 3] },
    { layer: 3, wrong: [6] },
  ]);
});

test('predictions, other ops, what is done again and layers without a judgement do not count', () => {
  const errors = layerErrors(10);
  const others: Partial<OpEvent>[] = [{ purpose: 'goodness' }, { op: 'W' }, { again: true }];
  for (const more of others) errors.add(told(0, 0, more));
  errors.add(told(0, undefined));
  expect(errors.value()).toEqual([]);
});

test('an epoch is as long as the data set', async () => {
  const samples = dataset({
    ...{ name: 'stripes', width: 9, classes: 3 },
    images: Uint8Array.from({ length: 40 * 9 }, (_, i) => (i * 7919) % 256),
    labels: Uint8Array.from({ length: 40 }, (_, i) => i % 3),
  });
  const layer = forwardForward({ units: 8, neutral: true, feature: true });
  const pipeline = {
    ...{ samples, products: plain(), microbatch: 7, epochs: 3, optimiser: sgd({ learningRate: 0.1 }) },
    ...{ encoding: labelOverlay({ classes: 3 }), negatives: wrongLabel(), schedule: stream() },
    layers: [layer, layer, softmaxReadout({ classes: 3 })],
  };
  const events = await lastValueFrom(run(pipeline, inline()).pipe(toArray()));
  const errors = layerErrors(samples.count);
  for (const event of events) errors.add(event);
  const epochs = new Map(events.flatMap((e) => (e.kind === 'arrival' ? [[e.microbatch, e.epoch]] : [])));
  const counted = [0, 1, 2].map((layer) => ({ layer, wrong: [0, 0, 0] }));
  for (const event of events)
    if (event.kind === 'op' && event.op === 'F')
      for (const { layer, accuracy = Number.NaN } of event.layers ?? [])
        counted[layer].wrong[epochs.get(event.microbatch) ?? Number.NaN] += event.rows * (1 - accuracy);
  for (const { wrong } of counted) for (const [k, sum] of wrong.entries()) wrong[k] = Math.round(sum);
  expect(errors.value()).toEqual(counted);
});

test('a span is a number of samples', () => {
  expect(() => layerErrors(0)).toThrow('span must be a whole number of samples, 1 or more; got 0');
});
