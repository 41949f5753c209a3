import { expect, test } from 'vitest';
import { fileName } from '../../../src/report/exports/export.ts';
import { figuresIn, networkName, tagOf } from '../../../src/report.ts';

const line = (samples: number, more: object = {}) => ({
  ...{ rule: 'ff', seed: 1, seconds: samples / 100, throughput: { samples, samplesPerSecond: 100 }, ...more },
});
const last = (lines: readonly unknown[], metric: string) =>
  figuresIn(lines, 'metrics.jsonl').filter((figure) => figure.metric === metric);

test('a line becomes a figure a row, of a layer, of a stage, or of all', () => {
  const figures = figuresIn(
    [
      line(200, {
        layers: [{ layer: 1, loss: 0.5, positiveGoodness: 2 }],
        utilisation: { bubble: 0.25, stages: [{ busy: 0.75 }] },
        opTimes: [{ F: 2_000_000_000 }],
        losses: [0.5],
      }),
    ],
    'metrics.jsonl',
  );
  const shared = { rule: 'ff', seed: 1, samples: 200, seconds: 2 };
  expect(figures).toEqual([
    { ...shared, metric: 'throughput/samples_per_second', value: 100 },
    { ...shared, metric: 'loss', layer: 1, value: 0.5 },
    { ...shared, metric: 'goodness/positive', layer: 1, value: 2 },
    { ...shared, metric: 'utilisation/bubble', value: 0.25 },
    { ...shared, metric: 'utilisation/busy', stage: 0, value: 0.75 },
    { ...shared, metric: 'op_seconds/F', stage: 0, value: 2 },
  ]);
  expect(figures.map(tagOf).slice(1, 5)).toEqual([
    'loss/layer1',
    'goodness/positive/layer1',
    'utilisation/bubble',
    'utilisation/busy/stage0',
  ]);
});

test('of moments with equally many samples the last counts, but no point of the held-out curve is lost', () => {
  const lines = [
    line(100, { running: { accuracy: 0.1 }, heldOut: [{ epoch: 1, accuracy: 0.3 }] }),
    line(100, { running: { accuracy: 0.2 }, heldOut: [] }),
    line(300, { running: { accuracy: 0.4 }, heldOut: [{ epoch: 2, accuracy: 0.5 }] }),
  ];
  expect(last(lines, 'accuracy/running').map(({ samples, value }) => [samples, value])).toEqual([
    [100, 0.2],
    [300, 0.4],
  ]);
  expect(last(lines, 'accuracy/held_out').map(({ value }) => value)).toEqual([0.3, 0.5]);
});

test('what is no number is left out, and a line that is none of a run is refused by its number', () => {
  expect(last([line(1, { running: { accuracy: null } })], 'accuracy/running')).toEqual([]);
  expect(last([line(1, { running: { accuracy: '0.5' } })], 'accuracy/running')).toEqual([]);
  for (const [broken, said] of [
    [3, 'rule in line 2 of metrics.jsonl must be text; got undefined'],
    [line(-1), 'throughput.samples in line 2 of metrics.jsonl must be a whole number, 0 or more; got -1'],
    [line(1, { seed: 1.5 }), 'seed in line 2 of metrics.jsonl must be a whole number, 0 or more; got 1.5'],
    [line(1, { seconds: 'x' }), "seconds in line 2 of metrics.jsonl must be a number, 0 or more; got 'x'"],
  ] as const)
    expect(() => figuresIn([line(0), broken], 'metrics.jsonl')).toThrow(said);
});

test('a rule cannot name a path', () => {
  expect(networkName('ff', 3)).toBe('ff-seed-3');
  expect(networkName('../../etc/x', 1)).toBe('etc-x-seed-1');
  expect(fileName('..')).toBe('unnamed');
  expect(fileName('.hidden\0/a b')).toBe('hidden-a-b');
});
