import { expect, test } from 'vitest';
import { heldOutAccuracy } from '../../src/measures/accuracy.ts';
import { prediction, start } from './trace.ts';

test('accuracy on held-out samples is one point for each epoch after which they were predicted', () => {
  const measure = heldOutAccuracy();
  measure.add(start(2, 1e9));
  const held = (epoch: number, rows: number, correct: number, at: number) =>
    measure.add({ ...prediction('held', rows, correct), epoch, start: at });
  held(1, 20, 10, 2e9);
  held(1, 10, 8, 3e9);
  measure.add({ ...prediction('test', 10, 0), epoch: 1 });
  measure.add({ ...prediction('running', 10, 0), epoch: 1 });
  held(2, 30, 27, 6e9);
  expect(measure.value()).toEqual([
    { epoch: 1, samples: 30, accuracy: 0.6, seconds: 2 },
    { epoch: 2, samples: 30, accuracy: 0.9, seconds: 5 },
  ]);
});
