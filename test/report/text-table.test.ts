import { expect, test } from 'vitest';
import { textTable } from '../../src/report/text-table.ts';
import { wrapped } from '../../src/report/wrapped.ts';

const lines = (text: string) => text.split('\n');

test('a table has a rule below its head, none between its rows, and numbers to the right', () => {
  expect(
    lines(
      textTable(
        [
          ['one', 5],
          ['another', 1234],
        ],
        ['name', 'count'],
      ),
    ),
  ).toEqual(['name     count', '───────  ─────', 'one          5', 'another   1234']);
  expect(textTable([['makespan', '5 ms']])).toBe('makespan  5 ms');
});

test('what is too wide for 80 columns is wrapped where it may break, and loses nothing', () => {
  const words = 'aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj';
  const table = textTable(
    [[words, words, 'p50 26.4 ms  p99 50.3 ms']],
    ['first', 'second', 'communi\u00adcating'],
  );
  expect(lines(table).filter((line) => line.length > 80)).toEqual([]);
  for (const word of words.split(' ')) expect(table.split(word)).toHaveLength(3);
  expect(table).not.toMatch(/26\.4$|50\.3$|\u00ad/m);
  const narrow = textTable([['x'.repeat(68), 1]], ['a', 'communi\u00adcating']);
  expect(
    lines(narrow)
      .slice(0, 2)
      .map((line) => line.slice(70).trim()),
  ).toEqual(['communi-', 'cating']);
  expect(textTable([['x'.repeat(68), '[1,\u00a02]', 'y'.repeat(9)]])).toContain('  [1, 2]  ');
});

test('prose is wrapped at words with its indent; tables, pictures and long words stay as they are', () => {
  expect(wrapped('one two three\n  four five six', 9)).toBe('one two\nthree\n  four\n  five\n  six');
  const path = `/${'x'.repeat(100)}`;
  expect(wrapped(`run folder: ${path}`, 80)).toBe(`run folder: ${path}`);
  expect(wrapped(`the folder is ${path}`, 80)).toBe(`the folder is\n${path}`);
  const rule = '─'.repeat(100);
  expect(wrapped(rule, 80)).toBe(rule);
  expect(wrapped('short  as it is', 80)).toBe('short  as it is');
});
