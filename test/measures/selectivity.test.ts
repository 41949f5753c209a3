import { expect, test } from 'vitest';
import { selectivity } from '../../src/measures/selectivity.ts';
import { op, start } from './trace.ts';

const W = (stage: number, microbatch: number, kept: number, again?: true) =>
  op('W', stage, microbatch, 0, 1, {
    layers: [{ layer: stage, kept }],
    ...(again && { again }),
  });

test('parts begin at microbatches that are learned from: predictions, which have numbers too, don’t count', () => {
  const measure = selectivity();
  measure.add(start(2));
  // 0 to 3, and 5, are predictions
  for (const [microbatch, kept] of [
    [4, 100],
    [6, 50],
    [7, 20],
  ])
    for (const stage of [0, 1]) measure.add(W(stage, microbatch, kept));
  measure.add(W(1, 7, 20, true));
  const parts = [
    { microbatch: 0, kept: 1 },
    { microbatch: 1, kept: 0.5 },
    { microbatch: 2, kept: 0.2 },
  ];
  const kept = 170 / 300;
  expect(measure.value()).toEqual({ kept, layers: [0, 1].map((layer) => ({ layer, kept, parts })) });
});

test('a run that goes on counts on', () => {
  const measure = selectivity();
  measure.add({ ...start(1), from: 40 });
  measure.add(W(0, 9, 10));
  expect(measure.value().layers[0].parts).toEqual([{ microbatch: 40, kept: 0.1 }]);
});

test('many microbatches are put together, two parts in one', () => {
  const measure = selectivity();
  measure.add(start(1));
  for (let i = 0; i < 256; i++) measure.add(W(0, i, i % 2 === 0 ? 100 : 0));
  const { kept, layers } = measure.value();
  expect(kept).toBe(0.5);
  expect(layers[0].parts).toEqual(Array.from({ length: 128 }, (_, i) => ({ microbatch: 2 * i, kept: 0.5 })));
});
