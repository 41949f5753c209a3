import { expect, test } from 'vitest';
import { perPass } from '../../src/updates/per-pass.ts';
import { resolvePulses } from '../../src/updates/pulses/pulse-options.ts';
import { planTrains } from '../../src/updates/pulses/train-plan.ts';
import { roundEven } from '../../src/updates/pulses/whole-pulses.ts';

function planned(rate: number, x: number, delta: number, granularity: number, options = {}) {
  const into = { slots: 0, input: 0, unit: 0 };
  planTrains(resolvePulses(options), rate, granularity, x, delta, into);
  const [input, unit] = [into.input * x, into.unit * delta];
  return { slots: into.slots, input, unit };
}

test.each([
  // rate, x, δ, granularity: slots, probability of the inputs' lines, of the units'
  [0.05, 1, 0.1, 0.001, 5, 1, 1],
  [0.5, 1, 1, 0.001, 31, 1, 16.12903226],
  [0.01, 1, 0.01, 0.001, 1, 0.31622777, 0.31622777],
  [0.01, 0.8, 0.03, 0.0016, 1, 0.38729833, 0.38729833],
])('managed trains of rate %d, x %d, δ %d, granularity %d', (rate, x, delta, granularity, ...expected) => {
  const { slots, input, unit } = planned(rate, x, delta, granularity);
  expect(slots).toBe(expected[0]);
  expect(input).toBeCloseTo(expected[1], 7);
  expect(unit).toBeCloseTo(expected[2], 5);
});

test('an unmanaged train shares its factor between both sides, by its rate where that needs more slots', () => {
  const fixed = planned(0.01, 1, 0.5, 0.001, { length: 'fixed', balance: false });
  const factor = Math.sqrt(0.01 / 0.031);
  expect(fixed).toEqual({ slots: 31, input: factor, unit: factor / 2 });
  const grown = planned(0.2, 0.5, 0.25, 0.001, { length: 'by-rate', balance: false });
  expect(grown).toEqual({ slots: 200, input: 0.5, unit: 0.25 });
});

test('whatever the options, slots · p · q · granularity is the step that is wanted', () => {
  for (const length of ['managed', 'fixed', 'by-rate'])
    for (const balance of [true, false])
      for (const deltaScale of [1, 0.5, 2]) {
        const { slots, input, unit } = planned(0.03, 0.7, 0.2, 0.001, { length, balance, deltaScale });
        expect(slots * input * unit * 0.001).toBeCloseTo(0.03 * 0.7 * 0.2, 9);
      }
});

test('halves are rounded to even', () => {
  expect([0.5, 1.5, 2.5, 2.4, 2.6, -0.5, -1.5].map(roundEven)).toEqual([0, 2, 2, 2, 3, 0, -2]);
});

test('options out of their range are refused', () => {
  expect(() => perPass({ slots: 0 })).toThrow(
    'slots of a pulse train must be a whole number, 1 or more; got 0',
  );
  expect(() => perPass({ slots: 2000 })).toThrow('slots of a pulse train must be 1,024 or less');
  expect(() => perPass({ pulses: 'some' as 'stochastic' })).toThrow(
    "'mean-count' or 'deterministic'; got 'some'",
  );
  expect(() => perPass({ length: 'long' as 'fixed' })).toThrow('length of a pulse train must be');
  expect(() => perPass({ deltaScale: 0 })).toThrow('deltaScale must be a finite number above 0; got 0');
  expect(() => perPass({ inputStep: 2 })).toThrow('inputStep must be between 0 and 1; got 2');
});
