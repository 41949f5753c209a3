import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { symba } from '../../src/losses/symba.ts';

const slopesOf = async (options: object, positive: number, negative: number) => {
  const [up, down] = [new Float32Array(1), new Float32Array(1)];
  const loss = await make(symba(options));
  const sum = loss.slopes(Float32Array.of(positive), Float32Array.of(negative), 1, up, down);
  return { sum, up: up[0], down: down[0] };
};

describe('the SymBa loss', () => {
  it('is ln 2 with slopes ∓α/2 where both goodnesses are equal', async () => {
    const { sum, up, down } = await slopesOf({ alpha: 4 }, 0.7, 0.7);
    expect(sum).toBeCloseTo(Math.LN2, 12);
    expect([up, down]).toEqual([-2, 2]);
  });

  it('has ∂L/∂g⁺ = −ασ(−αΔ) = −∂L/∂g⁻ and looks at the difference Δ only', async () => {
    const { sum, up, down } = await slopesOf({ alpha: 4 }, 1.5, 1.25);
    expect(sum).toBeCloseTo(Math.log1p(Math.exp(-1)), 12);
    expect(up).toBeCloseTo(-4 / (1 + Math.E), 6);
    expect(down).toBe(-up);
    expect(await slopesOf({ alpha: 4 }, 8.5, 8.25)).toEqual({ sum, up, down });
  });

  it('takes α = 25 unless told otherwise, and refuses one that is none', async () => {
    expect((await make(symba())).alpha).toBe(25);
    expect(() => symba({ alpha: -1 })).toThrow(
      new RangeError('alpha must be a finite number above 0; got -1'),
    );
  });
});
