import { describe, expect, it } from 'vitest';
import type { Arrivals } from '../../src/arrivals/arrival.ts';
import { bursts } from '../../src/arrivals/bursts.ts';
import { daily } from '../../src/arrivals/daily.ts';
import { onOff } from '../../src/arrivals/on-off.ts';
import { poisson } from '../../src/arrivals/poisson.ts';
import { replay } from '../../src/arrivals/replay.ts';
import { random } from '../../src/core/random.ts';

/** Arrivals in windows of so many nanoseconds. */
function counts(arrivals: Arrivals, window: number, windows: number, seed = 1): number[] {
  const gap = arrivals.gaps(random(seed));
  const all = Array.from({ length: windows }, () => 0);
  for (let at = gap(); at < window * windows; at += gap()) all[Math.floor(at / window)]++;
  return all;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Variance of the counts over their mean: 1 of a Poisson process. */
function dispersion(values: readonly number[]): number {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2)) / middle;
}

describe('counts in windows', () => {
  it('of bursts have the mean and the dispersion of an MMPP-2', () => {
    const [rate, ratio, share, lasts] = [1000, 5, 0.1, 0.2];
    const window = 0.1;
    const all = counts(bursts(rate, { ratio, share, lasts: lasts * 1e9 }), window * 1e9, 40_000);
    // Fischer & Meier-Hellstern 1993: I(t) = 1 + 2 (λ1−λ2)² r1 r2 / ((r1+r2)² (λ1 r2 + λ2 r1)) · (1 − (1−e^{−(r1+r2)t}) / ((r1+r2)t))
    const low = rate / (1 - share + share * ratio);
    const [toHigh, toLow] = [share / (lasts * (1 - share)), 1 / lasts];
    const sum = toHigh + toLow;
    const heads =
      (2 * (low * ratio - low) ** 2 * toHigh * toLow) / (sum ** 2 * (low * toLow + low * ratio * toHigh));
    const expected = 1 + heads * (1 - (1 - Math.exp(-sum * window)) / (sum * window));
    expect(Math.abs(mean(all) / (rate * window) - 1)).toBeLessThan(0.02);
    expect(Math.abs(dispersion(all) / expected - 1)).toBeLessThan(0.06);
  });

  it('of a Poisson process have a dispersion of 1', () => {
    expect(dispersion(counts(poisson(1000), 1e8, 20_000))).toBeCloseTo(1, 1);
  });

  it('of on-off arrivals have their mean, and more dispersion the longer the window', () => {
    const arrivals = onOff(1000, { shape: 2.5 });
    const short = counts(arrivals, 1e7, 400_000);
    const long = counts(arrivals, 1e9, 4000, 2);
    expect(Math.abs(mean(short) / 10 - 1)).toBeLessThan(0.05);
    expect(dispersion(long)).toBeGreaterThan(5 * dispersion(short));
  });

  it('of daily arrivals follow the hours', () => {
    const period = 24e9;
    const hours = counts(daily(1000, { swing: 0.8, period }), period / 24, 24 * 50);
    for (const hour of [0, 6, 12, 18]) {
      const seen = mean(hours.filter((_, i) => i % 24 === hour));
      const middle = (hour + 0.5) / 24;
      const expected = 1000 * (1 - 0.8 * Math.cos(2 * Math.PI * middle));
      expect(Math.abs(seen - expected)).toBeLessThan(5 * Math.sqrt(expected / 50) + 0.01 * expected);
    }
  });
});

it('a replay comes at the times recorded, and then no more', () => {
  const arrivals = replay([5e9, 5.5e9, 5.5e9, 7e9]);
  const gap = arrivals.gaps(random(1));
  expect([gap(), gap(), gap(), gap(), gap()]).toEqual([0, 5e8, 0, 1.5e9, Number.POSITIVE_INFINITY]);
  expect(arrivals.rate).toBe(1.5);
});

it.each([
  [[1], 'times of a replay must be two or more; got 1'],
  [[1, 3, 2], 'time 3 of a replay must be finite and no less than 3; got 2'],
  [[1, 1], 'times of a replay must be of a span above 0; got 0'],
])('a replay of %j is refused', (times, sentence) => {
  expect(() => replay(times)).toThrow(sentence);
});

it('options out of range are refused', () => {
  expect(() => bursts(10, { ratio: 1 })).toThrow('ratio of bursts must be a finite number above 1; got 1');
  expect(() => bursts(10, { share: 1 })).toThrow('share of bursts must be above 0 and below 1; got 1');
  expect(() => onOff(10, { shape: 1 })).toThrow(
    'shape of on-off arrivals must be a finite number above 1; got 1',
  );
  expect(() => daily(10, { swing: 2 })).toThrow('swing of daily arrivals must be between 0 and 1; got 2');
});
