import { expect, test } from 'vitest';
import type { LayerFigures, OpEvent } from '../../src/core/trace.ts';
import { turns } from '../../src/report.ts';
import { op } from './trace.ts';

const told = (microbatch: number, layers: readonly LayerFigures[], change: Partial<OpEvent> = {}) => ({
  ...op('F', 0, microbatch, 0, 1),
  layers,
  ...change,
});

test('turns are means over both kinds of rows, by layer and by part of the run', () => {
  const measure = turns(10, 2);
  measure.add(told(1, [{ layer: 0, positiveTurn: 1, negativeTurn: 3 }]));
  measure.add(told(2, [{ layer: 0, loss: 2 }]));
  measure.add(told(6, [{ layer: 0, negativeTurn: 8 }]));
  measure.add(told(5, [{ layer: 2, positiveTurn: 4 }]));
  measure.add(told(7, [{ layer: 0, positiveTurn: 100 }], { again: true }));
  expect(measure.value()).toEqual([
    { layer: 0, mean: 4, parts: [2, 8] },
    { layer: 2, mean: 4, parts: [4, Number.NaN] },
  ]);
});

test('a run whose layers measure nothing has no turns', () => {
  const measure = turns(3);
  measure.add(told(1, [{ layer: 0, loss: 1 }]));
  expect(measure.value()).toEqual([]);
  expect(() => turns(0)).toThrow(/^microbatches must be .*; got 0/);
});
