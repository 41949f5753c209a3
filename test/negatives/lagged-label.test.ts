import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { hardLabel } from '../../src/negatives/hard-label.ts';
import { laggedLabel } from '../../src/negatives/lagged-label.ts';
import { chiSquare, countsOf } from './draws.ts';

describe('a lagged label', () => {
  it.each([
    { truth: 0, scores: [5, 0, 1, 2, -1, 0.5], sharpness: 1 },
    { truth: 2, scores: [0.1, 0, 0.3, 0.2], sharpness: 25 },
    { truth: 1, scores: [1e3, 2e3, 1e3 - 1], sharpness: 0.5 },
  ])(
    'follows softmax($sharpness · score), the truth left out ($truth of $scores)',
    async ({ truth, scores, sharpness }) => {
      const counts = countsOf(await make(laggedLabel({ sharpness })), truth, scores, 10000);
      expect(counts[truth]).toBe(0);
      const top = Math.max(...scores.filter((_, c) => c !== truth));
      const odds = scores.map((score, c) => (c === truth ? 0 : Math.exp(sharpness * (score - top))));
      const total = odds.reduce((sum, o) => sum + o);
      const expected = odds.map((o) => (10000 * o) / total);
      expect(chiSquare(counts, expected)).toBeLessThan(18.5); // at most 4 degrees of freedom, p = 0.001
    },
  );

  it('of sharpness 1 draws what a hard label draws of the same opinion', async () => {
    const [one, other] = [await make(laggedLabel({ of: 'readout' })), await make(hardLabel())];
    const scores = [0.2, 1.5, -0.3, 0.9];
    expect(countsOf(one, 3, scores, 500)).toEqual(countsOf(other, 3, scores, 500));
  });

  it('asks for what it draws from, four updates ahead unless told otherwise, and says so in its name', () => {
    expect(laggedLabel().asks).toEqual({ purpose: 'goodness', lag: 4 });
    expect(laggedLabel({ of: 'readout', lag: 2 }).asks).toEqual({ purpose: 'onePass', lag: 2 });
    expect(laggedLabel({ of: 'readout', lag: 2 }).name).toBe('lagged label (readout, lag 2)');
    expect(laggedLabel().options.sharpness).toBe(25);
    expect(laggedLabel({ of: 'readout' }).options.sharpness).toBe(1);
  });

  it('refuses options out of their range, and to draw from nothing', async () => {
    const says = (options: object, text: string) =>
      expect(() => laggedLabel(options)).toThrow(new RangeError(text));
    says({ of: 'luck' }, "of must be 'goodness' or 'readout'; got 'luck'");
    says({ lag: -1 }, 'lag must be a whole number of updates, 0 or more; got -1');
    says({ lag: 1.5 }, 'lag must be a whole number of updates, 0 or more; got 1.5');
    says({ sharpness: 0 }, 'sharpness must be a finite number above 0; got 0');
    const negatives = await make(laggedLabel());
    expect(() => negatives.draw(new Uint16Array(1), 1, 2, undefined, random(1), new Uint16Array(1))).toThrow(
      new TypeError('lagged labels must be given scores; got none'),
    );
  });
});
