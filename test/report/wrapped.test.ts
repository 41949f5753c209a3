import { expect, test } from 'vitest';
import { wrapped } from '../../src/report/wrapped.ts';

test('lines break between words, and a longer word has a line of its own', () => {
  expect(wrapped('one two three four', 9).split('\n')).toEqual(['one two', 'three', 'four']);
  expect(wrapped('an incomprehensible word', 8).split('\n')).toEqual(['an', 'incomprehensible', 'word']);
  expect(wrapped('short')).toBe('short');
});

test('a line of a table keeps its columns, however long it is', () => {
  const table = 'stages  schedule  difference\n──────  ────────  ──────────\n     4  gpipe             12';
  expect(wrapped(table, 12)).toBe(table);
  expect(wrapped(`before all of that\n\n${table}\nand behind it\n`, 12)).toBe(
    `before all\nof that\n\n${table}\nand behind\nit\n`,
  );
});

test('columns without a rule above them are prose', () => {
  const tile = '  tfjs-node   115.3 GFLOP/s  tfjs-node 4.22.0, TensorFlow 2.12.1, 2 threads for all stages';
  expect(
    Math.max(
      ...wrapped(tile)
        .split('\n')
        .map(({ length }) => length),
    ),
  ).toBeLessThanOrEqual(80);
});
