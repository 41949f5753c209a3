import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { wrongLabel } from '../../src/negatives/wrong-label.ts';
import { chiSquare, countsOf } from './draws.ts';

const negatives = await make(wrongLabel());

describe('a wrong label', () => {
  it.each([0, 4, 9])('is each of the nine with equal chance when the truth is %d', (truth) => {
    const counts = countsOf(negatives, truth, new Array(10).fill(0), 9000);
    expect(counts[truth]).toBe(0);
    const expected = counts.map((_, label) => (label === truth ? 0 : 1000));
    expect(chiSquare(counts, expected)).toBeLessThan(26.1); // 8 degrees of freedom, p = 0.001
  });

  it('is the other one of two', () => {
    expect(countsOf(negatives, 0, [0, 0], 50)).toEqual([0, 50]);
  });

  it('asks for no opinion', () => {
    expect(negatives.needsOpinion).toBe(false);
  });
});
