import { expect, test } from 'vitest';
import { histograms } from '../../../src/report.ts';

const of = (counts: number[][]) =>
  histograms({
    title: 'spread < all',
    label: 'goodness',
    names: ['positive rows', 'negative rows'],
    rows: [{ name: 'layer 0', panels: [{ name: 'epoch 1', from: 0.5, to: 4, counts }] }],
  });

test('each panel has its histograms as high as its highest bin, the first filled and the second dashed', () => {
  const svg = of([
    [0, 2, 4],
    [4, 1, 0],
  ]);
  for (const text of [
    'spread &lt; all',
    'layer 0',
    'epoch 1',
    '>0.5<',
    '>4<',
    'positive rows',
    'negative rows',
  ])
    expect(svg).toContain(text);
  const [positive, negative] = svg.split('\n').flatMap((line) => line.match(/<path d="M[^"]*V[^>]*>/g) ?? []);
  // 74 high from 66 down: 0 of 4, 2 of 4 and 4 of 4
  expect(positive).toContain('M90,140V140.0H140.0V103.0H190.0V66.0H240.0V140"');
  expect(positive).toMatch(/fill="#0072b2".* stroke-dasharray=""/);
  expect(negative).toContain('M90,140V66.0H140.0V121.5H190.0V140.0H240.0V140"');
  expect(negative).toMatch(/fill="none".* stroke-dasharray="5 3"/);
});

test('a panel without bins, and a chart without panels, are refused', () => {
  expect(() => of([[]])).toThrow("bins of panel 'epoch 1' must be at least one; got 0");
  expect(() => histograms({ title: 't', label: 'l', names: [], rows: [] })).toThrow(
    "panels of chart 't' must be at least one; got 0",
  );
});
