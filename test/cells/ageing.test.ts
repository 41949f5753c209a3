import { describe, expect, it } from 'vitest';
import { constantStep } from '../../src/cells/constant-step.ts';
import { softBoundsReference } from '../../src/cells/soft-bounds-reference.ts';
import { allFire, arrayOf, ideal, moments } from './array.ts';

const second = 1e9;
const size = 40_000;

describe('cells that age', () => {
  it('leak to their rest weight, whatever the steps of time', async () => {
    const plan = constantStep({ ...ideal, lifetimeSeconds: 10, restWeight: 0.1 });
    const [once, twice] = [await arrayOf(plan, 1, 2), await arrayOf(plan, 1, 2)];
    for (const cells of [once, twice]) cells.program(Float32Array.of(0.5, -0.4));
    once.age?.(20 * second);
    for (const time of [3, 3, 20]) twice.age?.(time * second);
    const expected = [0.5, -0.4].map((w) => 0.1 + (w - 0.1) * Math.exp(-2));
    for (const cells of [once, twice])
      cells.weights.forEach((w, i) => {
        expect(w).toBeCloseTo(expected[i], 6);
      });
    expect(() => once.age?.(second)).toThrow('time that cells age to must be 20 s or later; got 1');
  });

  it('diffuse: the variance grows with time, between the bounds', async () => {
    const cells = await arrayOf(constantStep({ ...ideal, diffusionPerRootSecond: 0.01 }), 200, 200);
    for (const time of [1, 5, 9]) cells.age?.(time * second);
    const { mean, variance } = moments(cells.weights);
    expect(Math.abs(mean)).toBeLessThan((4 * 0.03) / 200);
    expect(Math.abs(variance / 0.0009 - 1)).toBeLessThan(4 * Math.sqrt(2 / size));
    cells.age?.(1e5 * second);
    expect(Math.max(...cells.weights)).toBe(Math.fround(0.6));
  });

  it('drift as a power of the time since they were written', async () => {
    const drift = { exponent: 0.1, startSeconds: 2 };
    const cells = await arrayOf(constantStep({ ...ideal, drift }), 1, 2);
    cells.program(Float32Array.of(0.5, -0.4));
    cells.age?.(4 * second);
    expect(cells.weights[0]).toBeCloseTo(0.5 * 2 ** -0.1, 6);
    cells.age?.(10 * second);
    expect(cells.weights[0]).toBeCloseTo(0.5 * 5 ** -0.1, 6);
    cells.age?.(104 * second);
    expect(cells.weights[1]).toBeCloseTo(-0.4 * 52 ** -0.1, 6);
    cells.pulse(Int32Array.of(100, 0));
    const restarted = cells.weights[0];
    cells.age?.(204 * second);
    expect(cells.weights[0]).toBe(restarted);
    expect(cells.weights[1]).toBeCloseTo(-0.4 * 102 ** -0.1, 6);
    cells.age?.(224 * second);
    expect(cells.weights[0]).toBeCloseTo(restarted * 10 ** -0.1, 6);
  });

  it('without any ageing have no clock', async () => {
    expect((await arrayOf(constantStep(), 1, 1)).age).toBeUndefined();
  });

  it('go on from a state to the same bits', async () => {
    const options = {
      ...{ lifetimeSeconds: 50, lifetimeSpread: 0.3, diffusionPerRootSecond: 0.01, writeNoise: 3 },
      ...{ drift: { exponent: 0.1, spread: 0.3 }, referenceSpread: 0.1, subtractSymmetryPoint: true },
    };
    const plan = softBoundsReference(options);
    const [cells, other] = [await arrayOf(plan, 10, 10), await arrayOf(plan, 10, 10, { seed: 8 })];
    cells.coincide(allFire(10, 10, 9));
    cells.age?.(second);
    cells.age?.(2 * second);
    const state = cells.state();
    const later = (one: typeof cells) => {
      one.age?.(30 * second);
      one.coincide(allFire(10, 10, 2, true));
      one.age?.(70 * second);
      return one.weights.slice();
    };
    const expected = later(cells);
    other.restore(state);
    expect(later(other)).toEqual(expected);
  });
});
