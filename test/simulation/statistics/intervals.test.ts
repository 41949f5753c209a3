import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../../src/core/random.ts';
import { Ring } from '../../../src/simulation/engine/collections/ring.ts';
import { longRun, meanOf } from '../../../src/simulation/statistics/intervals.ts';
import { Series } from '../../../src/simulation/statistics/series.ts';

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a mean with its Student interval', () => {
  it('is x̄ ± t s / √n: of 1 … 5, 3 ± 2.776 · 1.5811 / 2.2361', () => {
    const { mean, ci95 } = meanOf([1, 2, 3, 4, 5]);
    expect(mean).toBe(3);
    expect(ci95?.[0]).toBeCloseTo(3 - 1.963_243, 5);
    expect(ci95?.[1]).toBeCloseTo(3 + 1.963_243, 5);
  });

  it('of two values is as wide as t(0.975, 1) = 12.706 makes it', () => {
    expect(meanOf([0, 2]).ci95?.[1]).toBeCloseTo(1 + 12.706_205, 5);
  });

  it('has no interval of one value, and a point of equal ones', () => {
    expect(meanOf([7])).toEqual({ mean: 7, ci95: null });
    expect(meanOf([4, 4, 4])).toEqual({ mean: 4, ci95: [4, 4] });
  });

  it('holds the true mean about 95 times in 100', () => {
    const { normal } = random(1);
    let held = 0;
    for (let i = 0; i < 2000; i++) {
      const [low, high] = meanOf(Array.from({ length: 8 }, normal)).ci95 as [number, number];
      if (low <= 0 && 0 <= high) held++;
    }
    // ± 3 √(2000 · 0.95 · 0.05)
    expect(Math.abs(held - 1900)).toBeLessThan(30);
  });
});

/** The cut with the least Σ (xᵢ − x̄)² / (n − d)², at equal ones the smallest, by definition. */
function mser(values: readonly number[]): number {
  const marks = values.map((_, d) => {
    const rest = values.slice(d);
    const mean = average(rest);
    return rest.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rest.length ** 2;
  });
  const allowed = marks.slice(0, Math.floor(values.length / 2) + 1);
  return allowed.indexOf(Math.min(...allowed));
}

describe('a long run', () => {
  it('cuts off what MSER says, by definition', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 4, maxLength: 80 }), (values) => {
        const warmUp = longRun(values).warmUp;
        const rest = (d: number) => {
          const part = values.slice(d);
          const mean = average(part);
          return part.reduce((sum, value) => sum + (value - mean) ** 2, 0) / part.length ** 2;
        };
        expect(warmUp).toBeLessThanOrEqual(values.length / 2);
        // rounding may prefer one of two equal cuts
        expect(rest(warmUp)).toBeCloseTo(rest(mser(values)), 6);
      }),
    );
  });

  it('cuts the warm-up off, and nothing of a series that has none', () => {
    const steady = Array.from({ length: 400 }, (_, i) => 10 + (i % 2));
    expect(longRun(steady).warmUp).toBe(0);
    const warming = [...Array.from({ length: 60 }, (_, i) => 1000 - 10 * i), ...steady];
    const run = longRun(warming);
    expect(run.warmUp).toBe(60);
    expect(run.mean).toBeCloseTo(10.5, 9);
  });

  it('makes 25 batches of the rest, what is left over coming off at the beginning', () => {
    const { normal } = random(2);
    const values = Array.from({ length: 260 }, (_, i) => 5 + normal() + (i < 20 ? 100 : 0));
    const { warmUp, mean, ci95 } = longRun(values);
    const rest = values.slice(warmUp);
    const length = Math.floor(rest.length / 25);
    const used = rest.slice(rest.length - 25 * length);
    const batches = Array.from({ length: 25 }, (_, i) => average(used.slice(i * length, (i + 1) * length)));
    expect(warmUp).toBeGreaterThanOrEqual(20);
    expect(mean).toBeCloseTo(average(used), 12);
    expect(ci95?.[0]).toBeCloseTo(meanOf(batches).ci95?.[0] as number, 12);
    expect(ci95?.[1]).toBeCloseTo(meanOf(batches).ci95?.[1] as number, 12);
  });

  it('of fewer than 50 batches gives the mean and no interval', () => {
    const { mean, ci95 } = longRun(Array.from({ length: 49 }, (_, i) => i % 7));
    expect(ci95).toBeNull();
    expect(mean).toBeGreaterThan(0);
  });

  it('holds the mean of a slowly varying series more often than single values would', () => {
    let held = 0;
    for (let seed = 0; seed < 300; seed++) {
      const { normal } = random(seed);
      let state = 0;
      const values = Array.from({ length: 1000 }, () => {
        state = 0.6 * state + normal();
        return state;
      });
      const [low, high] = longRun(values).ci95 as [number, number];
      if (low <= 0 && 0 <= high) held++;
    }
    expect(held / 300).toBeGreaterThan(0.88);
  });
});

describe('a series', () => {
  it('is batches of equal length whose means are those of the values', () => {
    for (const count of [1, 1023, 1024, 1025, 2048, 5000, 70_001]) {
      const series = new Series();
      const values = Array.from({ length: count }, (_, i) => (i * 7919) % 1009);
      for (const value of values) series.add(value);
      const { means, size } = series.batches();
      expect(series.count).toBe(count);
      expect(means.length).toBe(Math.floor(count / size));
      for (const [i, mean] of means.entries())
        expect(mean).toBeCloseTo(average(values.slice(i * size, (i + 1) * size)), 9);
    }
  });

  it('has between 512 and 1,024 batches once there were so many values', () => {
    const series = new Series();
    for (let i = 1; i <= 200_000; i++) {
      series.add(i);
      if (i >= 1024 && i % 101 === 0) {
        const { length } = series.batches().means;
        if (length < 511 || length > 1024) expect(length).toBe(1024);
      }
    }
    expect(series.batches().size).toBe(256);
  });
});

describe('a ring', () => {
  it('is a queue, however it grows and turns', () => {
    const steps = fc.array(fc.boolean(), { maxLength: 300 });
    fc.assert(
      fc.property(steps, (list) => {
        const ring = new Ring(undefined, 2);
        const model: { sent: number; arrives: number }[] = [];
        for (const [i, push] of list.entries()) {
          if (push) {
            ring.push(i, 2 * i);
            model.push({ sent: i, arrives: 2 * i });
          } else if (model.length > 0) {
            expect(ring.shift()).toBe(model.shift()?.sent);
          }
          expect(ring.size).toBe(model.length);
          expect(ring.arrival).toBe(model[0]?.arrives ?? Number.POSITIVE_INFINITY);
          if (model.length > 0)
            expect([ring.oldest, ring.youngest]).toEqual([model[0].sent, model.at(-1)?.sent]);
        }
      }),
    );
  });
});
