import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PredictionEvent } from '../../src/core/trace.ts';
import { prequential } from '../../src/report.ts';
import { arrival } from './trace.ts';

const told = (predicted: readonly number[], truth: readonly number[], first = 0): PredictionEvent => ({
  ...{ kind: 'prediction', microbatch: 0, purpose: 'goodness', of: 'running', epoch: 0, start: 0 },
  ...{ rows: truth.length, correct: 0, predicted: Uint8Array.from(predicted), truth: Uint8Array.from(truth) },
  ids: Float64Array.from(truth, (_, i) => first + i),
});

describe('prequential', () => {
  test('has the accuracy and the kappa of River 0.26.1', () => {
    const file = new URL('../../fixtures/river/scores.json', import.meta.url);
    const expected = JSON.parse(readFileSync(file, 'utf8')) as {
      samples: number;
      accuracy: number;
      kappa: number;
    }[];
    let state = 7;
    const draw = (): number => {
      state = (Math.imul(1_664_525, state) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    const measure = prequential();
    for (const { samples, accuracy, kappa } of expected) {
      while (measure.value().samples < samples) {
        const label = Math.trunc(draw() * draw() * 5);
        measure.add(told([draw() < 0.6 ? label : Math.trunc(draw() * 5)], [label]));
      }
      expect(measure.value().accuracy).toBeCloseTo(accuracy, 12);
      expect(measure.value().kappa).toBeCloseTo(kappa, 12);
    }
  });

  test('by hand: Kappa-M against the majority with the label itself in it, Kappa-T from class 0', () => {
    const measure = prequential({ window: 2, fading: 0.5 });
    measure.add(told([1, 1, 0, 1], [1, 0, 0, 1]));
    const { accuracy, windowed, fading, kappaM, kappaT, kappa } = measure.value();
    expect(accuracy).toBe(0.75);
    expect(windowed).toBe(1);
    // errors 0 1 0 0, weights 1/8 1/4 1/2 1
    expect(fading).toBeCloseTo(1 - 0.25 / 1.875, 12);
    // majority after each label: 1, then 0 (tie, the lower), 0, 0 (tie): right, right, right, wrong
    expect(kappaM).toBeCloseTo((0.75 - 0.75) / 0.25, 12);
    // before: 0 1 0 0: wrong, wrong, right, wrong
    expect(kappaT).toBeCloseTo((0.75 - 0.25) / 0.75, 12);
    expect(kappa).toBeCloseTo((0.75 - 0.5) / 0.5, 12);
  });

  test('kappas are 0 where there is one class only, and before anything is told', () => {
    const measure = prequential();
    expect(measure.value()).toMatchObject({ samples: 0, accuracy: 0, kappa: 0, kappaM: 0, kappaT: 0 });
    measure.add(told([0, 0], [0, 0]));
    expect(measure.value()).toMatchObject({ accuracy: 1, kappa: 0, kappaM: 0, kappaT: 0 });
  });

  test('labels that come later are joined by id, in their order; beyond the room predictions stay unscored', () => {
    const scored: [number, number][] = [];
    const measure = prequential({
      ...{ labels: 'when learned', waiting: 3 },
      scored: (at, error) => scored.push([at, error]),
    });
    const label = (...ids: number[]) => measure.add(arrival(0, 0, { ids: Float64Array.from(ids) }));
    measure.add(told([1, 1], [1, 0], 10));
    expect(measure.value()).toMatchObject({ samples: 0, waiting: 2 });
    label(11);
    measure.add(told([2, 2, 2], [2, 2, 2], 20));
    label(20, 30);
    measure.add(told([3], [3], 30));
    expect(scored).toEqual([
      [11, 1],
      [20, 0],
      [30, 0],
    ]);
    expect(measure.value()).toMatchObject({ samples: 3, unscored: 1, waiting: 2 });
  });

  test('its curve stays short', () => {
    const measure = prequential({ window: 10 });
    for (let i = 0; i < 50; i++) measure.add(told(new Array(100).fill(0), new Array(100).fill(0), 100 * i));
    const { curve } = measure.value();
    expect(curve.length).toBeGreaterThan(100);
    expect(curve.length).toBeLessThanOrEqual(256);
  });
});
