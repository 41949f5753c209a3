import { describe, expect, it } from 'vitest';
import type { DetectorFactory } from '../../src/detectors/detector.ts';
import { valuesOf as sequence } from '../detectors/sequences.ts';
import { valuesOf } from './family.ts';

/** 2,000 values in which the mean changes, of what a detector takes */
const series = (takes: DetectorFactory['takes']): number[] => [
  ...sequence({
    kind: takes === 'bits' ? 'bits' : takes === 'shares' ? 'shares' : 'normal',
    seed: 4,
    segments: [
      { length: 1500, from: 0.1, to: 0.1 },
      { length: 500, from: 0.9, to: 0.9 },
    ],
  }),
];

describe.each(await valuesOf<DetectorFactory>('detectors', 'detector.ts'))('$title', ({ factory }) => {
  const made = factory();
  const values = series(made.takes);

  it('has the name of its factory, and finds a change after it has happened', () => {
    const detector = made.make();
    expect(detector.name).toBe(made.name);
    const found = values.flatMap((value, i) => (detector.update(value) === 'drift' ? [i] : []));
    expect(found.some((i) => i >= 1500)).toBe(true);
  });

  it('says the same of the same values, whatever another of its kind has seen', () => {
    const [one, other] = [made.make(), made.make()];
    const verdicts = values.map((value) => one.update(value));
    expect(values.map((value) => other.update(value))).toEqual(verdicts);
  });

  it.each([0, 7, 101, 1000, 1555, 1800])('stopped after %d values and put back, goes on the same', (at) => {
    const whole = made.make();
    const verdicts = values.map((value) => whole.update(value));
    const first = made.make();
    for (const value of values.slice(0, at)) first.update(value);
    const state = structuredClone(first.state());
    for (const value of values) first.update(value);
    const next = made.make();
    for (const value of values.slice(0, 321)) next.update(value);
    next.restore(state);
    expect(values.slice(at).map((value) => next.update(value))).toEqual(verdicts.slice(at));
  });

  it('refuses what it is not made for in one sentence', () => {
    const bad = { bits: 0.5, shares: 1.1, numbers: Number.NaN }[made.takes];
    const rule = { bits: '0 or 1', shares: 'between 0 and 1', numbers: 'a finite number' }[made.takes];
    expect(() => made.make().update(bad)).toThrow(`value for ${made.name} must be ${rule}; got ${bad}`);
  });
});
