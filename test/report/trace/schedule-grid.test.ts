import { expect, test } from 'vitest';
import { scheduleGrid } from '../../../src/report.ts';
import type { EndedOp } from '../../../src/simulation.ts';

const op = (of: string, device: number, start: number, end: number): EndedOp => {
  const [, stage, kind, microbatch] = of.match(/(\d+)(.)(\d+)/) as RegExpMatchArray;
  return {
    ...{ op: kind as EndedOp['op'], stage: +stage, microbatch: +microbatch, device, start, end },
    ...{ read: 0, written: 0 },
  };
};

function drawn(ops: readonly EndedOp[], slot?: number): string[] {
  const grid = scheduleGrid(slot);
  for (const one of ops) grid.onlooker.ended?.(one);
  return grid.text().split('\n');
}

test('a slot is the greatest common divisor of all starts and durations', () => {
  expect(drawn([op('0F0', 0, 0, 6), op('0F1', 0, 6, 12), op('1F0', 1, 9, 18)])).toEqual([
    '0: 0F0 --- 0F1 --- .   .',
    '1: .   .   .   1F0 --- ---',
  ]);
});

test('what takes no time is not drawn', () => {
  expect(drawn([op('0F0', 0, 0, 5), op('0U0', 0, 5, 5)])).toEqual(['0: 0F0']);
});

test('of several ops that begin in a slot the first is named, with a +', () => {
  const ops = [op('0F0', 0, 0, 2), op('0F1', 0, 2, 4), op('0F2', 0, 4, 10)];
  expect(drawn(ops, 5)).toEqual(['0: 0F0+ ---']);
});

test('columns are as wide as the longest name', () => {
  expect(drawn([op('0F0', 0, 0, 1), op('10F11', 1, 1, 2)])).toEqual(['0: 0F0   .', '1: .     10F11']);
});

test('a grid that no one could read is refused', () => {
  expect(() => drawn([op('0F0', 0, 0, 10_001), op('0F1', 0, 10_002, 10_003)])).toThrow(
    /^slots of a grid must be at most 10000, with a longer slot; got 10003$/,
  );
  expect(() => scheduleGrid(0)).toThrow('slot of a grid must be a finite number above 0; got 0');
});
