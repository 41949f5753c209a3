import { expect, test } from 'vitest';
import {
  detectionScores,
  firstToNotice,
  type StressReport,
  slopeOf,
  stressText,
} from '../../../src/report.ts';

const times = { mean: 3, p50: 2, p90: 5, p99: 40, p999: 60, max: 1234.5 };
const stage = {
  utilisation: 0.5,
  starved: 0.3,
  blocked: 0.1,
  queue: 1.234,
  queueP99: 3,
  waitMs: 1,
  longestWaitMs: 4,
  serviceMs: 2,
};
const report: StressReport = {
  ...{ rule: 'FF', schedule: 'stream', runtime: 'inline', source: 'sea', seed: 1, interrupted: false },
  ...{
    offered: 123_456,
    learned: 123_000,
    dropped: { total: 400, byReason: { 'drop-oldest': 400 } },
    inFlight: 56,
  },
  ...{
    tallies: { held: 10, violations: [] },
    seconds: 10,
    offeredPerSecond: 12_345.6,
    learnedPerSecond: 12_300,
  },
  ...{ latencyMs: times, serviceMs: times, predictionMs: times },
  stages: [stage, { ...stage, staleness: 2, mostStale: 5 }],
  prequential: {
    accuracy: 0.9,
    windowed: 0.8,
    fading: 0.85,
    kappa: 0.7,
    kappaM: 0.6,
    kappaT: 0.5,
    samples: 1e6,
  },
  curve: [
    [0, 0.1],
    [500, 0.9],
    [1000, 0.5],
  ],
  changes: [{ from: 500, to: 500, what: 'labels' }],
  detections: [
    { at: 510, detector: 'adwin', on: 'layer 1' },
    { at: 600, detector: 'ddm', on: 'error' },
  ],
  scores: [{ detector: 'adwin', on: 'layer 1', delays: [10], falseAlarmsPer1000: 0 }],
  recoveries: [
    { fault: 'kill stage 1 at microbatch 5', seconds: 0.25 },
    { fault: 'pause', seconds: null },
  ],
  restarts: 1,
  memory: { peakBytes: 2e8, slope: { perSecond: -100, ci95: [-2000, 1800] } },
  eventLoopMs: { p50: 0.1, p99: 3, max: 20 },
  gates: [
    { gate: 'p99<50ms', value: 40, held: true },
    { gate: 'kappa>0.9', value: 0.7, held: false },
  ],
  weightsHash: 'abc',
};

test('a report in 80 columns, with accuracy over the stream above its changes and detections', () => {
  const lines = stressText(report).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  const at = lines.findIndex(
    (line) => line.includes('▁') && line.includes('█') && !line.includes('accuracy'),
  );
  expect(lines[at].length).toBe(72);
  expect(lines[at].indexOf('█')).toBe(36);
  expect(lines[at + 1]).toBe(`${' '.repeat(36)}^`);
  expect(lines[at + 2]).toBe(`${' '.repeat(36)}1${' '.repeat(6)}!`);
  expect(lines).toContain('change at 500: layer 1 noticed first, after 10 samples (adwin)');
  expect(lines).toContain('FAILS  kappa>0.9  (0.7)');
});

test('the slope of a straight line is exact; of noise alone the interval holds 0', () => {
  const straight = slopeOf(Array.from({ length: 100 }, (_, i) => [i / 4, 5 + (3 * i) / 4] as const));
  expect(straight.perSecond).toBeCloseTo(3, 10);
  let state = 3;
  const noise = slopeOf(
    Array.from({ length: 100 }, (_, i) => {
      state = (Math.imul(1_664_525, state) + 1_013_904_223) >>> 0;
      return [i / 4, state / 2 ** 32] as const;
    }),
  );
  expect(noise.ci95?.[0]).toBeLessThan(0);
  expect(noise.ci95?.[1]).toBeGreaterThan(0);
  expect(
    slopeOf([
      [0, 1],
      [1, 2],
    ]).ci95,
  ).toBe(null);
});

test('the first detection after a change finds it, later ones soon after belong to it, all others are false', () => {
  const changes = [
    { from: 1000, to: 1200, what: 'labels' },
    { from: 9000, to: 9000, what: 'labels' },
  ];
  const at = (...places: number[]) => places.map((place) => ({ at: place, detector: 'ddm', on: 'error' }));
  expect(detectionScores(at(500, 1100, 1900, 5000), changes, 10_000)).toEqual([
    { detector: 'ddm', on: 'error', delays: [100, null], falseAlarmsPer1000: 0.2 },
  ]);
  const layers = [
    ...at(1001),
    { at: 1300, detector: 'adwin', on: 'layer 1' },
    { at: 1250, detector: 'kswin', on: 'layer 0' },
  ];
  expect(firstToNotice(layers, changes).map((one) => one?.on)).toEqual(['layer 0', undefined]);
});
