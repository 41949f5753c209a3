import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { logistic } from '../../src/losses/logistic.ts';

const slopesOf = async (options: object, positive: number, negative: number) => {
  const [up, down] = [new Float32Array(1), new Float32Array(1)];
  const loss = await make(logistic(options));
  const sum = loss.slopes(Float32Array.of(positive), Float32Array.of(negative), 1, up, down);
  return { sum, up: up[0], down: down[0] };
};

describe('the logistic loss', () => {
  it('is 2 ln 2 with slopes ∓α/2 where both goodnesses are θ', async () => {
    const { sum, up, down } = await slopesOf({ theta: 3, alpha: 4 }, 3, 3);
    expect(sum).toBeCloseTo(2 * Math.LN2, 12);
    expect([up, down]).toEqual([-2, 2]);
  });

  it('has ∂L/∂g⁺ = −α(1 − p⁺) and ∂L/∂g⁻ = αp⁻ with p = σ(α(g − θ))', async () => {
    const p = (g: number) => 1 / (1 + Math.exp(-0.5 * (g - 2)));
    const { sum, up, down } = await slopesOf({ theta: 2, alpha: 0.5 }, 4, 1);
    expect(sum).toBeCloseTo(-Math.log(p(4)) - Math.log(1 - p(1)), 12);
    expect(up).toBeCloseTo(-0.5 * (1 - p(4)), 6);
    expect(down).toBeCloseTo(0.5 * p(1), 6);
  });

  it('takes θ = 2 and α = 10 unless told otherwise', async () => {
    expect(await slopesOf({}, 2.1, 1.7)).toEqual(await slopesOf({ theta: 2, alpha: 10 }, 2.1, 1.7));
    expect((await make(logistic())).alpha).toBe(10);
  });

  it('refuses a θ or α that is none', () => {
    expect(() => logistic({ theta: Number.NaN })).toThrow(
      new RangeError('theta must be a finite goodness; got NaN'),
    );
    expect(() => logistic({ alpha: 0 })).toThrow(
      new RangeError('alpha must be a finite number above 0; got 0'),
    );
  });
});
