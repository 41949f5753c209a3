import { expect, test } from 'vitest';
import { wrapped } from '../../src/report/wrapped.ts';

test('lines break between words, and a longer word has a line of its own', () => {
  expect(wrapped('one two three four', 9).split('\n')).toEqual(['one two', 'three', 'four']);
  expect(wrapped('an incomprehensible word', 8).split('\n')).toEqual(['an', 'incomprehensible', 'word']);
  expect(wrapped('short')).toBe('short');
});

test('a line of a table keeps its columns, however long it is', () => {
  const line = 'stages  schedule  difference';
  expect(wrapped(line, 12)).toBe(line);
});
