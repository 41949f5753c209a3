import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import type { Loss } from '../../src/losses/loss.ts';
import { membersOf } from './family.ts';

const step = 2 ** -12;
/** goodness in steps of 2⁻¹⁰, so that a step more or less is exact in fp32 */
const good = fc.integer({ min: 0, max: 4096 }).map((n) => n / 1024);

describe.each(await membersOf('losses', 'loss.ts'))('$title', async ({ factory }) => {
  const loss = (await make(factory())) as Loss;
  const at = (positive: number[], negative: number[]) => {
    const [up, down] = [new Float32Array(positive.length), new Float32Array(positive.length)];
    const sum = loss.slopes(
      Float32Array.from(positive),
      Float32Array.from(negative),
      positive.length,
      up,
      down,
    );
    return { sum, up, down };
  };

  it('has slopes that are its numeric derivatives', () => {
    fc.assert(
      fc.property(good, good, (p, n) => {
        const { up, down } = at([p], [n]);
        const numeric = (dp: number, dn: number) =>
          (at([p + dp], [n + dn]).sum - at([p - dp], [n - dn]).sum) / (2 * step);
        expect(Math.abs(up[0] - numeric(step, 0))).toBeLessThan(1e-3);
        expect(Math.abs(down[0] - numeric(0, step))).toBeLessThan(1e-3);
      }),
    );
  });

  it('falls with positive goodness and rises with negative, where the negative is no worse', () => {
    fc.assert(
      fc.property(good, good, (one, other) => {
        const { up, down } = at([Math.min(one, other)], [Math.max(one, other)]);
        expect(up[0]).toBeLessThanOrEqual(0);
        expect(down[0]).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('has a bottom: no row can win without end', () => {
    fc.assert(
      fc.property(good, good, (p, n) => {
        expect(at([p], [n]).sum).toBeGreaterThan(-1);
      }),
    );
  });

  it('is the sum of its rows, each with slopes of its own', () => {
    const [p, n] = [
      [0.5, 2, 3, 1],
      [1, 2, 0.25, 1.5],
    ];
    const all = at(p, n);
    const each = p.map((_, i) => at([p[i]], [n[i]]));
    expect(all.sum).toBeCloseTo(
      each.reduce((sum, row) => sum + row.sum, 0),
      9,
    );
    expect([...all.up]).toEqual(each.map(({ up }) => up[0]));
    expect([...all.down]).toEqual(each.map(({ down }) => down[0]));
  });

  it('reads and writes the rows that it is told of, no more', () => {
    const [up, down] = [new Float32Array(4).fill(7), new Float32Array(4).fill(7)];
    const g = Float32Array.of(1, 2, Number.NaN, Number.NaN);
    const sum = loss.slopes(g, g, 2, up, down);
    expect(sum).toBe(at([1, 2], [1, 2]).sum);
    expect([up[2], up[3], down[2], down[3]]).toEqual([7, 7, 7, 7]);
  });

  it('doesn’t overflow at a goodness of ±10⁶', () => {
    const extremes = [-1e6, 0, 1e6];
    for (const p of extremes) {
      for (const n of extremes) {
        const { sum, up, down } = at([p], [n]);
        for (const value of [sum, up[0], down[0]]) expect(Number.isFinite(value)).toBe(true);
        expect(sum).toBeGreaterThan(-1);
      }
    }
  });

  it('hides no goodness that is not a number', () => {
    expect(at([Number.NaN], [1]).sum).toBeNaN();
    expect(at([1], [Number.NaN]).sum).toBeNaN();
  });

  it('says how sharp it is, above 0', () => {
    expect(loss.alpha).toBeGreaterThan(0);
    expect(loss.alpha).toBeLessThan(Number.POSITIVE_INFINITY);
  });
});
