import { expect, it } from 'vitest';
import { gateFigures, gateOutcomes, readGate } from '../../../src/report/stress/gates.ts';
import type { StressReport } from '../../../src/report/stress/stress-report.ts';

const times = { mean: 3, p50: 2, p90: 5, p99: 40, p999: 60, max: 90 };
const report = {
  ...{ latencyMs: times, serviceMs: { ...times, mean: 1.5 }, dropped: { total: 0, byReason: {} } },
  ...{ offered: 100, learned: 90, inFlight: 10, learnedPerSecond: 45, restarts: 1, detections: [] },
  prequential: {
    accuracy: 0.93,
    windowed: 0.9,
    fading: 0.9,
    kappa: 0.8,
    kappaM: 0.7,
    kappaT: 0.6,
    samples: 90,
  },
  tallies: { held: 2, violations: [] },
} as unknown as StressReport;

it.each([
  ['p99<50ms', 40, true],
  ['p99 < 0.03 s', 40, false],
  ['service<=1500us', 1.5, true],
  ['lost=0', 0, true],
  ['accuracy>0.9', 0.93, true],
  ['windowed>0.9', 0.9, false],
  ['restarts>=2', 1, false],
  ['missedFrames=0', null, false],
])('%s: %d, held: %s', (text, value, held) => {
  expect(gateOutcomes([readGate(text)], report)).toEqual([{ gate: text, value, held }]);
});

it.each([
  ['p99<50', "bound of gate 'p99<50' must be a time with its unit, such as 50ms; got '50'"],
  ['lost=0ms', "bound of gate 'lost=0ms' must be a number without a unit; got '0ms'"],
  ['p98<1ms', "figure of gate 'p98<1ms' must be one that is known; got 'p98' (did you mean 'p90'?)"],
  ['accuracy', 'gate must be a figure, one of < <= > >= =, and a number, such as p99<50ms'],
  ['constructor>1', "figure of gate 'constructor>1' must be one of"],
])('%s is refused', (text, sentence) => {
  expect(() => readGate(text)).toThrow(sentence);
});

it('a figure that is nearly one is answered with that one alone', () => {
  expect(() => readGate('acuracy>0.9')).toThrow(
    "figure of gate 'acuracy>0.9' must be one that is known; got 'acuracy' (did you mean 'accuracy'?)",
  );
});

it('every figure is a number of a whole report, and null where it was not measured', () => {
  const whole = {
    ...report,
    frames: { perSecond: 30, missed: 3, share: 0.1 },
    memory: { peakBytes: 1e8, slope: { perSecond: 5, ci95: null } },
  };
  const kinds = Object.entries(gateFigures).map(([name, { value }]) => [name, typeof value(whole)]);
  expect(kinds).toEqual(Object.keys(gateFigures).map((name) => [name, 'number']));
  const bare = { ...report, prequential: null };
  const missing = Object.entries(gateFigures).filter(([, { value }]) => (value(bare) ?? null) === null);
  const optional = 'accuracy windowed kappa kappaM kappaT missedFrames memorySlope peakMemory'.split(' ');
  expect(missing.map(([name]) => name).sort()).toEqual(optional.sort());
});
