import { describe, expect, test } from 'vitest';
import {
  detectionScores,
  firstToNotice,
  readGate,
  slopeOf,
  stressMeasures,
  stressReport,
  stressText,
} from '../../../src/report.ts';
import { arrival, op, start } from '../../measures/trace.ts';

const report = (gates: readonly string[] = []) => {
  const measures = stressMeasures();
  measures.add(start(1));
  const intended = Float64Array.from({ length: 100 }, (_, i) => i * 1e6);
  measures.add(arrival(0, 100e6, { intended, ids: Float64Array.from(intended.keys()) }));
  measures.add(op('F', 0, 0, 101e6, 103e6));
  measures.add(op('U', 0, 0, 103e6, 104e6));
  measures.add({ kind: 'tally', offered: 110, sent: 100, dropped: 0, waiting: 10, start: 1e9 });
  return stressReport(measures.value(), {
    gates,
    weightsHash: 'abc',
    changes: [{ from: 5, to: 5, what: 'labels' }],
  });
};

test('a report has the figures of the contract', () => {
  const { offered, learned, dropped, inFlight, latencyMs, stages, prequential, weightsHash } = report();
  expect({ offered, learned, dropped, inFlight, weightsHash }).toEqual({
    ...{ offered: 110, learned: 100, dropped: { total: 0, byReason: {} }, inFlight: 10, weightsHash: 'abc' },
  });
  expect(Object.keys(latencyMs)).toEqual(expect.arrayContaining(['p50', 'p90', 'p99', 'p999', 'max']));
  expect(stages[0]).toMatchObject({ utilisation: 3 / 4, queue: { p99: 1 }, staleness: { mean: 0 } });
  expect(Object.keys(prequential)).toEqual(
    expect.arrayContaining(['accuracy', 'windowed', 'kappa', 'kappaM', 'kappaT']),
  );
});

test('its text fits into 80 columns', () => {
  const lines = stressText(report(['p99<50ms'])).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.some((line) => line.startsWith('FAILS  p99<50ms'))).toBe(true);
});

describe('gates', () => {
  test.each([
    ['lost=0', true],
    ['p99<50ms', false],
    ['p99 < 0.2s', true],
    ['inFlight<=10', true],
    ['learned>=101', false],
    ['lostShare<1%', true],
  ])('%s', (gate, held) => {
    expect(report([gate]).gates).toMatchObject([{ gate, held }]);
  });

  test.each([
    ['acuracy>0.9', "figure of a gate must be one that is measured, such as accuracy; got 'acuracy'"],
    ['p99 fast', "gate must be a figure, a comparison and a number, such as p99<50ms; got 'p99 fast'"],
    ['p99<5kg', "unit of gate p99 must be ns, us, ms, s; got 'kg'"],
    ['toString=1', /^figure of a gate must be one that is measured, such as \w+; got 'toString'$/],
  ])('%s is refused in one sentence', (gate, says) => {
    expect(() => readGate(gate)).toThrow(says);
  });
});

test('the slope of a straight line is exact; of noise alone the interval holds 0', () => {
  const seconds = Array.from({ length: 100 }, (_, i) => i / 4);
  const straight = slopeOf(
    seconds,
    seconds.map((time) => 5 + 3 * time),
  );
  expect(straight.perSecond).toBeCloseTo(3, 10);
  expect(straight.ci95[1] - straight.ci95[0]).toBeCloseTo(0, 8);
  let state = 3;
  const noise = seconds.map(() => {
    state = (Math.imul(1_664_525, state) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  });
  const { ci95 } = slopeOf(seconds, noise);
  expect(ci95[0]).toBeLessThan(0);
  expect(ci95[1]).toBeGreaterThan(0);
});

test('the first detection after a change finds it, later ones soon after belong to it, all others are false', () => {
  const changes = [
    { from: 1000, to: 1200, what: 'labels' },
    { from: 9000, to: 9000, what: 'labels' },
  ];
  const at = (...places: number[]) => places.map((place) => ({ at: place, detector: 'ddm', on: 'error' }));
  expect(detectionScores(at(500, 1100, 1900, 5000), changes, 10_000)).toEqual([
    {
      ...{ detector: 'ddm', on: 'error', delay: 100, found: 1, missed: 1 },
      falseAlarms: 2,
      falsePerThousand: 0.2,
    },
  ]);
  const layers = [
    ...at(1001),
    { at: 1300, detector: 'adwin', on: 'layer 1' },
    { at: 1250, detector: 'kswin', on: 'layer 0' },
  ];
  expect(firstToNotice(layers, changes).map((one) => one?.on)).toEqual(['layer 0', undefined]);
});
