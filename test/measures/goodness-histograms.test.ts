import { expect, test } from 'vitest';
import { goodnessBins, goodnessHistograms } from '../../src/report.ts';
import { arrival, op } from './trace.ts';

/** counts with so many rows in a bin */
const rows = (bin: number, count: number): number[] =>
  Array.from({ length: goodnessBins }, (_, b) => (b === bin ? count : 0));
const told = (microbatch: number, positive: number, negative: number, again?: true) =>
  op('F', 0, microbatch, 0, 1, {
    layers: [{ layer: 2, positiveCounts: rows(20, positive), negativeCounts: rows(5, negative) }],
    ...(again && { again }),
  });
const epoch = (from: number, to: number, microbatches: number, positive: number, negative: number) => ({
  ...{ from, to, microbatches },
  ...{ positive: rows(20, positive), negative: rows(5, negative) },
});

test('rows are summed by layer and by the epoch in which their microbatch came, predictions between them or not', () => {
  const measure = goodnessHistograms();
  measure.add(arrival(0, 0));
  measure.add(arrival(1, 0, { purpose: 'goodness', epoch: 0 }));
  measure.add(arrival(2, 0));
  measure.add(told(0, 3, 4));
  measure.add(arrival(3, 0, { epoch: 1 }));
  measure.add(told(2, 30, 40));
  measure.add(told(2, 30, 40, true));
  measure.add(told(3, 7, 7));
  measure.add(op('F', 0, 3, 0, 1, { layers: [{ layer: 0, loss: 1 }] }));
  expect(measure.value()).toEqual([{ layer: 2, epochs: [epoch(0, 0, 2, 33, 44), epoch(1, 1, 1, 7, 7)] }]);
});

test('where there are too many epochs, two become one', () => {
  const measure = goodnessHistograms(4);
  for (let i = 0; i < 9; i++) {
    measure.add(arrival(i, 0, { epoch: i }));
    measure.add(told(i, 1, 2));
  }
  expect(measure.value()[0].epochs).toEqual([
    epoch(0, 3, 4, 4, 8),
    epoch(4, 7, 4, 4, 8),
    epoch(8, 8, 1, 1, 2),
  ]);
});

test('a run that counts no rows has none', () => {
  const measure = goodnessHistograms();
  measure.add(op('F', 0, 0, 0, 1, { layers: [{ layer: 0, positiveGoodness: 1, negativeGoodness: 0 }] }));
  expect(measure.value()).toEqual([]);
});
