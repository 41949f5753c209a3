import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { swish } from '../../src/losses/swish.ts';

/** The loss on float64 arrays, so that nothing is rounded to fp32 on the way. */
const slopesOf = async (options: object, positive: number, negative: number) => {
  const loss = await make(swish(options));
  const [up, down] = [new Float64Array(1), new Float64Array(1)];
  const f32 = (array: Float64Array) => array as unknown as Float32Array;
  const [p, n] = [Float64Array.of(positive), Float64Array.of(negative)];
  const sum = loss.slopes(f32(p), f32(n), 1, f32(up), f32(down));
  return { sum, up: up[0], down: down[0] };
};

const sigma = (u: number) => 1 / (1 + Math.exp(-u));
const goods = fc.double({ min: 0, max: 4, noNaN: true });
const alphas = fc.double({ min: 0.1, max: 30, noNaN: true });

describe('the Swish-SymBa loss', () => {
  it('is u σ(u) with u = −α(g⁺ − g⁻), and its slope is ∓α(σ(u) + u σ(u)(1 − σ(u)))', async () => {
    await fc.assert(
      fc.asyncProperty(alphas, goods, goods, async (alpha, p, n) => {
        const { sum, up, down } = await slopesOf({ alpha }, p, n);
        const u = -alpha * (p - n);
        const s = sigma(u);
        expect(sum).toBeCloseTo(u * s, 10);
        expect(down).toBeCloseTo(alpha * (s + u * s * (1 - s)), 10);
        expect(up).toBe(-down);
      }),
    );
  });

  it('has slopes that are its central differences in float64, to nine digits', async () => {
    const h = 1e-5;
    await fc.assert(
      fc.asyncProperty(alphas, goods, goods, async (alpha, p, n) => {
        const { up, down } = await slopesOf({ alpha }, p, n);
        const at = async (dp: number, dn: number) => (await slopesOf({ alpha }, p + dp, n + dn)).sum;
        // rounding makes about 1e-16 · α · 4 / h of error, the third derivative about (αh)² · α / 6
        const within = 1e-10 * alpha * (1 + alpha * alpha);
        expect(Math.abs(up - ((await at(h, 0)) - (await at(-h, 0))) / (2 * h))).toBeLessThan(within);
        expect(Math.abs(down - ((await at(0, h)) - (await at(0, -h))) / (2 * h))).toBeLessThan(within);
      }),
    );
  });

  it('is 0 with slopes ∓α/2 where both goodnesses are equal', async () => {
    const { sum, up, down } = await slopesOf({ alpha: 4 }, 0.7, 0.7);
    expect(sum).toBeCloseTo(0, 12);
    expect([up, down]).toEqual([-2, 2]);
  });

  it('has its minimum of −0.278 at u = −1.278, where it pulls at nothing', async () => {
    const { sum, up } = await slopesOf({ alpha: 1 }, 1.278464542761, 0);
    expect(sum).toBeCloseTo(-0.278464542761, 12); // u σ(u) = u + 1 there: −W(1/e)
    expect(up).toBeCloseTo(0, 12);
    for (const other of [1.2, 1.35, 0, 5]) {
      expect((await slopesOf({ alpha: 1 }, other, 0)).sum).toBeGreaterThan(sum);
    }
  });

  it('takes α = 6 unless told otherwise, and refuses one that is none', async () => {
    expect((await make(swish())).alpha).toBe(6);
    expect(await slopesOf({}, 1, 0.9)).toEqual(await slopesOf({ alpha: 6 }, 1, 0.9));
    expect(() => swish({ alpha: 0 })).toThrow(new RangeError('alpha must be a finite number above 0; got 0'));
  });
});
