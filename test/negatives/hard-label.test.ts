import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { hardLabel } from '../../src/negatives/hard-label.ts';
import { chiSquare, countsOf } from './draws.ts';

const negatives = await make(hardLabel());

describe('a hard label', () => {
  it.each([
    { truth: 0, opinion: [5, 0, 1, 2, -1, 0.5] },
    { truth: 3, opinion: [1e3, 1e3 - 1, 1e3 + 1, 2e3, 1e3] },
    { truth: 1, opinion: [0, 0, 0] },
  ])('follows the softmax of the opinion, the truth left out ($truth of $opinion)', ({ truth, opinion }) => {
    const counts = countsOf(negatives, truth, opinion, 10000);
    expect(counts[truth]).toBe(0);
    const top = Math.max(...opinion.filter((_, c) => c !== truth));
    const odds = opinion.map((o, c) => (c === truth ? 0 : Math.exp(o - top)));
    const total = odds.reduce((sum, o) => sum + o);
    const expected = odds.map((o) => (10000 * o) / total);
    expect(chiSquare(counts, expected)).toBeLessThan(18.5); // at most 4 degrees of freedom, p = 0.001
  });

  it('is the one that the opinion is sure of', () => {
    expect(countsOf(negatives, 0, [9e30, -1e30, 1e30, 0], 100)).toEqual([0, 0, 100, 0]);
    expect(countsOf(negatives, 2, [Number.NEGATIVE_INFINITY, 1, 7], 100)).toEqual([0, 100, 0]);
  });

  it('needs the first layer’s opinion', () => {
    expect(negatives.needsOpinion).toBe(true);
    expect(() => negatives.draw(new Uint16Array(1), 1, 10, undefined, random(1), new Uint16Array(1))).toThrow(
      new TypeError('hard labels must be given the first layer’s opinion; got none'),
    );
  });
});
