import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import { arena, places, simdPlace, within } from '../kernels/workplace.ts';

describe('stochastic gradient descent', () => {
  it.each([0, 0.5, 0.9])(
    'takes 50 steps with a momentum of %d as v ← μv + g, w ← w − rate · v does',
    async (momentum) => {
      for (const [, place] of places) {
        const draw = random(1);
        const weights = within([0.5, -2, 0]);
        const expected = [...weights];
        const v = [0, 0, 0];
        const stepper = (await make(sgd({ momentum }))).stepper(3, place);
        for (let t = 0; t < 50; t++) {
          const gradient = within(Float32Array.from({ length: 3 }, () => draw.normal()));
          const rate = 0.1 / (t + 1);
          for (let i = 0; i < 3; i++) {
            v[i] = momentum * v[i] + gradient[i];
            expected[i] -= rate * v[i];
          }
          stepper.step(weights, gradient, rate);
        }
        for (const [i, w] of weights.entries()) expect(Math.abs(w - expected[i])).toBeLessThan(1e-5);
      }
    },
  );

  it('keeps a rate of 0.1 and has no momentum, unless told otherwise', async () => {
    const optimiser = await make(sgd());
    expect([0, 5, 9].map((step) => optimiser.rate(step, 10))).toEqual([0.1, 0.1, 0.1]);
    const weights = arena.floats(1);
    const stepper = optimiser.stepper(1, simdPlace);
    stepper.step(weights, within([1]), 0.5);
    stepper.step(weights, within([0]), 0.5);
    expect(weights[0]).toBe(-0.5);
  });

  it('refuses options out of their range', () => {
    const says = (options: object, text: string) => expect(() => sgd(options)).toThrow(new RangeError(text));
    says({ learningRate: -1 }, 'learning rate must be a finite number above 0; got -1');
    says(
      { learningRate: Number.POSITIVE_INFINITY },
      'learning rate must be a finite number above 0; got Infinity',
    );
    says({ constantFor: -0.1 }, 'constantFor must be between 0 and 1; got -0.1');
    says({ decay: '' }, "decay must be 'linear', 'cosine' or 'none'; got ''");
    says({ weightDecay: Number.NaN }, 'weight decay must be a finite number, 0 or more; got NaN');
    says({ momentum: 1 }, 'momentum must be 0 or more and below 1; got 1');
  });
});
