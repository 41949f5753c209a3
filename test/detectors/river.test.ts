import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Detections, detectionsOf, type Sequence } from './sequences.ts';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/river/${name}`, import.meta.url), 'utf8'));
const { sequences } = read('sequences.json') as { sequences: readonly Sequence[] };
const detections = read('detectors.json') as readonly Detections[];

test.each(detections)('$detector finds in $sequence what River 0.26.1 finds', (expected) => {
  const sequence = sequences.find(({ name }) => name === expected.sequence) as Sequence;
  expect(detectionsOf(sequence, expected.detector)).toEqual(expected);
});

test('the fixture has detections of every detector', () => {
  const found = new Set(detections.filter(({ drifts }) => drifts.length > 0).map(({ detector }) => detector));
  expect([...found].sort()).toEqual(['adwin', 'ddm', 'eddm', 'hddmA', 'hddmW', 'kswin', 'pageHinkley']);
});
