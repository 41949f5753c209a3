import { lastValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { type NegativesPlan, plain } from '../../src/extend.ts';
import {
  dataset,
  forwardForward,
  inline,
  labelOverlay,
  laggedLabel,
  measure,
  run,
  sgd,
  softmaxReadout,
  stream,
  wrongLabel,
} from '../../src/index.ts';
import { predictionMacs } from '../../src/report.ts';
import { arrival, op, start } from './trace.ts';

const samples = dataset({
  ...{ name: 'stripes', width: 9, classes: 3 },
  images: Uint8Array.from({ length: 40 * 9 }, (_, i) => (i * 7919) % 256),
  labels: Uint8Array.from({ length: 40 }, (_, i) => i % 3),
});
const layer = (units: number) => forwardForward({ units, neutral: true, feature: true });
const macsOf = async (negatives: NegativesPlan, predictBy: 'goodness' | 'onePass') => {
  const pipeline = {
    ...{ samples, test: samples, products: plain(), microbatch: 7, optimiser: sgd(), predictBy, negatives },
    ...{ encoding: labelOverlay({ classes: 3 }), schedule: stream() },
    layers: [layer(8), layer(5), softmaxReadout({ classes: 3 })],
  };
  return (await lastValueFrom(run(pipeline, inline()).pipe(measure({ macs: predictionMacs })))).macs;
};

test('one pass takes each weight once', async () => {
  expect(await macsOf(wrongLabel(), 'onePass')).toBe(9 * 8 + 8 * 5 + (8 + 5) * 3);
});

test('goodness takes the image once and every other weight once a label', async () => {
  expect(await macsOf(wrongLabel(), 'goodness')).toBe(9 * 8 + 3 * 8 * 5);
});

test('what asks for negatives does not count', async () => {
  expect(await macsOf(laggedLabel({ of: 'readout', lag: 1 }), 'goodness')).toBe(9 * 8 + 3 * 8 * 5);
});

test('it is no number before the first prediction, and what is done again counts once', () => {
  const macs = predictionMacs();
  for (const event of [start(1), arrival(0, 0, { of: 'negatives', purpose: 'onePass' })]) macs.add(event);
  expect(macs.value()).toBeNaN();
  macs.add(op('F', 0, 1, 0, 1, { purpose: 'onePass', macs: 30 }));
  macs.add(op('F', 0, 1, 0, 1, { purpose: 'onePass', macs: 30, again: true }));
  const [predicted, truth] = [new Uint8Array(10), new Uint8Array(10)];
  const told = { kind: 'prediction', microbatch: 1, purpose: 'onePass', of: 'test', epoch: 0 } as const;
  macs.add({ ...told, rows: 10, correct: 3, predicted, truth, start: 2 });
  expect(macs.value()).toBe(3);
});
