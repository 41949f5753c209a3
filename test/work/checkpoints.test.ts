import { expect, test } from 'vitest';
import { type Checkpoint, isCheckpoint } from '../../src/work/checkpoints/checkpoint.ts';
import { Checkpoints } from '../../src/work/checkpoints/checkpoints.ts';

const countsOf = (rule: { every: number; flush: number; total: number }): number[] =>
  Array.from({ length: rule.total + 1 }, (_, count) => count).filter((count) => isCheckpoint(count, rule));

test('a state is taken at the first update at or behind each multiple', () => {
  expect(countsOf({ every: 5, flush: 1, total: 17 })).toEqual([5, 10, 15]);
  expect(countsOf({ every: 5, flush: 4, total: 17 })).toEqual([8, 12, 16]);
  expect(countsOf({ every: 8, flush: 4, total: 17 })).toEqual([8, 16]);
  // the last flush is not full
  expect(countsOf({ every: 6, flush: 4, total: 18 })).toEqual([8, 12, 18]);
  expect(countsOf({ every: Number.POSITIVE_INFINITY, flush: 1, total: 17 })).toEqual([]);
  expect(isCheckpoint(1_000_000, { every: 1000, flush: 1, total: Number.POSITIVE_INFINITY })).toBe(true);
});

test('a checkpoint is told once every stage and the source have handed in theirs, and never an older one', () => {
  const told: Checkpoint[] = [];
  const checkpoints = new Checkpoints(2, { every: 2, flush: 1, total: 9 }, (one) => told.push(one));
  const state = (value: number) => ({ value: Float32Array.of(value) });
  for (const k of [0, 1, 2, 3, 4, 5]) checkpoints.fromSource(k, state(k));
  checkpoints.fromStage(0, 2, { 'layer0/w': Float32Array.of(2) });
  checkpoints.fromStage(0, 4, { 'layer0/w': Float32Array.of(4) });
  expect(told).toEqual([]);
  checkpoints.fromStage(1, 4, { 'layer1/w': Float32Array.of(14) });
  expect(told).toEqual([
    {
      microbatch: 4,
      state: {
        'source/value': Float32Array.of(4),
        'layer0/w': Float32Array.of(4),
        'layer1/w': Float32Array.of(14),
      },
    },
  ]);
  checkpoints.fromStage(1, 2, { 'layer1/w': Float32Array.of(12) });
  expect(told).toHaveLength(1);
});

test('the source tells of every microbatch, and what no one asks for is not kept', () => {
  const told: Checkpoint[] = [];
  const checkpoints = new Checkpoints(1, { every: 100, flush: 1, total: 9 }, (one) => told.push(one));
  for (const k of [0, 1, 2]) checkpoints.fromSource(k, {});
  checkpoints.fromStage(0, 1, {});
  expect(told).toEqual([]);
  checkpoints.fromStage(0, 2, {});
  expect(told.map(({ microbatch }) => microbatch)).toEqual([2]);
});
