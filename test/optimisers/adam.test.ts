import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { adam } from '../../src/optimisers/adam.ts';
import { arena, places, simdPlace, within } from '../kernels/workplace.ts';

/** Kingma and Ba 2015, algorithm 1, letter by letter in float64, for one weight. */
function reference(
  start: number,
  gradients: readonly number[],
  alpha: number,
  of = { b1: 0.9, b2: 0.999, eps: 1e-8 },
) {
  const { b1, b2, eps } = of;
  let [theta, m, v] = [start, 0, 0];
  for (const [i, g] of gradients.entries()) {
    const t = i + 1;
    m = b1 * m + (1 - b1) * g;
    v = b2 * v + (1 - b2) * g ** 2;
    const mHat = m / (1 - b1 ** t);
    const vHat = v / (1 - b2 ** t);
    theta -= (alpha * mHat) / (Math.sqrt(vHat) + eps);
  }
  return theta;
}

const draw = random(1);
const gradients = Array.from({ length: 50 }, () =>
  within(Float32Array.from({ length: 6 }, (_, i) => 10 ** (i - 4) * (draw.normal() + 0.3))),
);

describe('Adam', () => {
  it.each([
    { rate: 1e-3, options: {}, of: { b1: 0.9, b2: 0.999, eps: 1e-8 } },
    { rate: 0.02, options: { beta1: 0.5, beta2: 0.9, epsilon: 0.01 }, of: { b1: 0.5, b2: 0.9, eps: 0.01 } },
    { rate: 0.02, options: { beta1: 0, beta2: 0 }, of: { b1: 0, b2: 0, eps: 1e-8 } },
  ])('takes 50 steps as the formula does ($options)', async ({ rate, options, of }) => {
    for (const [, place] of places) {
      const stepper = (await make(adam(options))).stepper(6, place);
      const weights = within([0.1, -0.2, 0.3, 0, 0.5, -0.6]);
      const start = [...weights];
      for (const gradient of gradients) stepper.step(weights, gradient, rate);
      for (const [i, w] of weights.entries()) {
        const moved =
          reference(
            start[i],
            gradients.map((g) => g[i]),
            rate,
            of,
          ) - start[i];
        expect(Math.abs(w - start[i] - moved)).toBeLessThan(2e-5 * Math.abs(moved) + 2e-6);
      }
    }
  });

  it('first steps by the whole rate, whatever the size of the gradient', async () => {
    const weights = arena.floats(2);
    (await make(adam())).stepper(2, simdPlace).step(weights, within([1e-3, -1e3]), 0.01);
    expect(weights[0]).toBeCloseTo(-0.01, 6);
    expect(weights[1]).toBeCloseTo(0.01, 6);
  });

  it('falls from a rate of 0.001 to 0 in a straight line, unless told otherwise', async () => {
    const optimiser = await make(adam());
    expect(optimiser.rate(0, 10)).toBe(1e-3);
    expect(optimiser.rate(5, 10)).toBeCloseTo(5e-4, 12);
    expect(optimiser.rate(9, 10)).toBeCloseTo(1e-4, 12);
  });

  it('refuses options out of their range', () => {
    const says = (options: object, text: string) => expect(() => adam(options)).toThrow(new RangeError(text));
    says({ learningRate: 0 }, 'learning rate must be a finite number above 0; got 0');
    says({ constantFor: 1.1 }, 'constantFor must be between 0 and 1; got 1.1');
    says({ decay: 'step' }, "decay must be 'linear', 'cosine' or 'none'; got 'step'");
    says({ weightDecay: -1 }, 'weight decay must be a finite number, 0 or more; got -1');
    says({ beta1: 1 }, 'beta1 must be 0 or more and below 1; got 1');
    says({ beta2: -0.1 }, 'beta2 must be 0 or more and below 1; got -0.1');
    says({ beta2: Number.NaN }, 'beta2 must be 0 or more and below 1; got NaN');
    says({ epsilon: 0 }, 'epsilon must be a finite number above 0; got 0');
  });
});
