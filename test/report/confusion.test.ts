import { expect, test } from 'vitest';
import { confusionOf } from '../../src/report/confusion.ts';
import { confusionText } from '../../src/report/confusion-text.ts';

const counted = confusionOf([0, 0, 0, 1, 1, 2], Uint8Array.of(0, 1, 1, 1, 0, 0), 4);

test('rows are labels, columns predictions, and a class has its accuracy', () => {
  expect(counted.matrix).toEqual([
    [1, 2, 0, 0],
    [1, 1, 0, 0],
    [1, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
  expect(counted.classes.map(({ samples, correct, accuracy }) => [samples, correct, accuracy])).toEqual([
    [3, 1, 1 / 3],
    [2, 1, 1 / 2],
    [1, 0, 0],
    [0, 0, null],
  ]);
});

test('mistakes are told the most frequent first, equal ones by label and prediction', () => {
  expect(counted.pairs).toEqual([
    { label: 0, predicted: 1, count: 2 },
    { label: 1, predicted: 0, count: 1 },
    { label: 2, predicted: 0, count: 1 },
  ]);
});

test('a matrix that fits is a table, with a dot for none', () => {
  expect(confusionText(counted, ['cat', 'dog', 'cow', 'pig']).split('\n')).toEqual([
    'label \\ predicted  cat  dog  cow  pig   accuracy',
    'cat                  1    2    .    .     33.3 %',
    'dog                  1    1    .    .     50.0 %',
    'cow                  1    .    .    .      0.0 %',
    'pig                  .    .    .    .  no sample',
  ]);
});

test.each([30, 300])(
  '%d classes give the worst pairs and the classes known least, in 80 columns',
  (classes) => {
    const labels = Uint16Array.from({ length: 50 * classes }, (_, i) => i % classes);
    const predicted = labels.map((label, i) => (label === 7 && i >= 5 * classes ? 9 : label));
    const names = Array.from({ length: classes }, (_, i) => `a class with a long name, number ${i}`);
    const confusion = confusionOf(labels, predicted, classes);
    const lines = confusionText(confusion, names).split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toBe('most frequent mistakes, 1 of 1 pairs of classes');
    expect(lines[2]).toMatch(/a class with a long nam… {2}a class with a long nam… +45 +90\.0 %$/);
    expect(lines[6]).toMatch(/^a class with a long nam… +50 +10\.0 %$/);
    expect(confusion.matrix === null).toBe(classes > 256);
  },
);

test('labels and predictions must be as many', () => {
  expect(() => confusionOf([0, 1], Uint8Array.of(0), 2)).toThrow('predictions must be 2, one a label; got 1');
});
