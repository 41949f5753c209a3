import { describe, expect, test } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { above } from '../../src/selections/above.ts';
import { all } from '../../src/selections/all.ts';
import { sampled } from '../../src/selections/sampled.ts';
import type { SelectionPlan } from '../../src/selections/selection.ts';
import { top } from '../../src/selections/top.ts';

const slopes = Float32Array.of(0.9, 0.05, 0.2, 0, 0.5, 0.2);

async function chosen(plan: SelectionPlan, from = slopes, draw = random(3)) {
  const selection = await make(plan);
  const samples = new Uint32Array(from.length);
  const factors = new Float32Array(from.length);
  const count = selection.choose(from, from.length, samples, factors, draw);
  return { samples: [...samples.subarray(0, count)], factors: [...factors.subarray(0, count)] };
}

test('all learns from every sample', async () => {
  expect(await chosen(all())).toEqual({ samples: [0, 1, 2, 3, 4, 5], factors: [1, 1, 1, 1, 1, 1] });
});

test('above learns from those at the share or steeper, in their order', async () => {
  expect(await chosen(above(0.25))).toEqual({ samples: [0, 4], factors: [1, 1] });
  expect(await chosen(above(0.5))).toEqual({ samples: [0, 4], factors: [1, 1] });
  expect((await chosen(above(1))).samples).toEqual([]);
});

test('top learns from the steepest, the first of equals, and from one at least', async () => {
  expect(await chosen(top(0.5))).toEqual({ samples: [0, 2, 4], factors: [1, 1, 1] });
  expect((await chosen(top(0.01))).samples).toEqual([0]);
  expect((await chosen(top(1))).samples).toEqual([0, 1, 2, 3, 4, 5]);
});

describe('sampled', () => {
  test('learns surely from the share on, and never where the loss is flat', async () => {
    for (let seed = 0; seed < 50; seed++) {
      const { samples, factors } = await chosen(sampled(0.2), slopes, random(seed));
      expect(samples).toEqual(expect.arrayContaining([0, 4]));
      expect(samples).not.toContain(3);
      for (const [i, sample] of samples.entries()) expect(factors[i]).toBeCloseTo(sample === 1 ? 4 : 1, 5);
    }
  });

  test('each sample counts once on average: the mean factor over 20,000 draws is 1 within 4 standard errors', async () => {
    const draws = 20_000;
    const selection = await make(sampled(0.5));
    const draw = random(11);
    const [samples, factors] = [new Uint32Array(6), new Float32Array(6)];
    const sums = new Float64Array(6);
    for (let n = 0; n < draws; n++) {
      const count = selection.choose(slopes, 6, samples, factors, draw);
      for (let i = 0; i < count; i++) sums[samples[i]] += factors[i];
    }
    for (const [r, slope] of slopes.entries()) {
      if (slope === 0) continue;
      const p = Math.min(1, slope / 0.5);
      const error = Math.sqrt((1 / p - 1) / draws);
      expect(Math.abs(sums[r] / draws - 1)).toBeLessThanOrEqual(4 * error + 1e-6);
    }
  });

  test('draws once a sample, whatever is chosen', async () => {
    const [one, other] = [random(5), random(5)];
    await chosen(sampled(0.1), Float32Array.of(1, 1, 1), one);
    await chosen(sampled(0.1), Float32Array.of(0, 0, 0), other);
    expect(one.uniform()).toBe(other.uniform());
  });
});

test.each([0, -0.1, 1.1, Number.NaN])('a share of %s is refused', (share) => {
  for (const one of [above, sampled])
    expect(() => one(share)).toThrow('share of a selection must be above 0 and at most 1');
  expect(() => top(share)).toThrow('fraction of a selection must be above 0 and at most 1');
});
