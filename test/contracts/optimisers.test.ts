import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import type { Optimiser } from '../../src/optimisers/optimiser.ts';
import { arena, places, within } from '../kernels/workplace.ts';
import { membersOf } from './family.ts';

const some = (seed: number) => {
  const draw = random(seed);
  return within(Float32Array.from({ length: 9 }, () => draw.normal()));
};

const everyOptimiser = (await membersOf('optimisers', 'optimiser.ts')).flatMap((found) =>
  places.map(([kernels, place]) => ({ ...found, kernels, place })),
);

describe.each(everyOptimiser)('$title with $kernels kernels', async ({ factory, place }) => {
  const optimiser = (await make(factory())) as Optimiser;
  const stepperOf = (size: number) => optimiser.stepper(size, place);

  it('changes nothing by a gradient of zeros', () => {
    const weights = some(1);
    stepperOf(9).step(weights, arena.floats(9), 0.5);
    expect(weights).toEqual(some(1));
  });

  it('changes nothing at a rate of 0', () => {
    const weights = some(1);
    const stepper = stepperOf(9);
    for (let i = 0; i < 3; i++) stepper.step(weights, some(i), 0);
    expect(weights).toEqual(some(1));
  });

  it('goes against the gradient at first, and leaves the gradient as it is', () => {
    const weights = arena.floats(9);
    const gradient = some(2);
    stepperOf(9).step(weights, gradient, 0.01);
    expect([...weights].map(Math.sign)).toEqual([...gradient].map((g) => -Math.sign(g)));
    expect(gradient).toEqual(some(2));
  });

  it('keeps the memories of two arrays apart', () => {
    const [alone, beside] = [some(1), some(1)];
    const [one, two, other] = [stepperOf(9), stepperOf(9), stepperOf(9)];
    for (let i = 0; i < 4; i++) {
      one.step(alone, some(i), 0.1);
      two.step(beside, some(i), 0.1);
      other.step(some(3), some(9 + i), 0.1);
    }
    expect(beside).toEqual(alone);
  });

  it('finds the bottom of a bowl', () => {
    const weights = within([1, -0.5]);
    const stepper = stepperOf(2);
    for (let i = 0; i < 400; i++) {
      stepper.step(weights, within(weights), 0.1 * (1 - i / 400));
    }
    expect(Math.hypot(...weights)).toBeLessThan(0.02);
  });

  it.each([0, 1, 31, 32, 40])('goes on from its state after %i steps to the same bits', (k) => {
    const [undisturbed, other] = [stepperOf(9), stepperOf(9)];
    const weights = some(1);
    for (let i = 0; i < k; i++) undisturbed.step(weights, some(i), 0.1);
    const copy = within(weights);
    other.step(some(4), some(5), 0.3); // what it remembers must all be replaced
    const state = structuredClone(undisturbed.state());
    undisturbed.step(some(6), some(7), 0); // and the state is a copy
    undisturbed.restore(state);
    other.restore(state);
    for (let i = k; i < k + 40; i++) {
      undisturbed.step(weights, some(i), 0.1);
      other.step(copy, some(i), 0.1);
    }
    expect(copy).toEqual(weights);
    expect(other.state()).toEqual(undisturbed.state());
    for (const name of Object.keys(state)) {
      const { [name]: _, ...rest } = state;
      expect(() => other.restore(rest)).toThrow(RangeError);
    }
  });

  it('has a rate above 0 at every step, that never rises', () => {
    for (const steps of [1, 2, 7, 600]) {
      const rates = Array.from({ length: steps }, (_, step) => optimiser.rate(step, steps));
      expect(Math.min(...rates)).toBeGreaterThan(0);
      expect(rates.every((rate, i) => i === 0 || rate <= rates[i - 1])).toBe(true);
    }
  });

  it('with a weight decay of 0 moves weights and biases to the same bits as without one', async () => {
    const plain = (await make(factory({ weightDecay: 0 }))) as Optimiser;
    for (const of of ['weights', 'biases'] as const) {
      const [one, other] = [some(1), some(1)];
      const [stepper, bare] = [plain.stepper(9, place, of), optimiser.stepper(9, place)];
      for (let i = 0; i < 40; i++) {
        stepper.step(one, some(i), 0.1);
        bare.step(other, some(i), 0.1);
      }
      expect(one).toEqual(other);
    }
  });

  it('decays weights by rate · decay of themselves and biases not at all, and remembers nothing of it', async () => {
    const decaying = (await make(factory({ weightDecay: 0.25 }))) as Optimiser;
    const bare = [optimiser.stepper(9, place), optimiser.stepper(9, place)];
    const [weights, biases] = [some(1), some(1)];
    const steppers = [decaying.stepper(9, place, 'weights'), decaying.stepper(9, place, 'biases')];
    for (let i = 0; i < 40; i++) {
      const rate = 0.1 / (i + 1);
      const expected = within(weights.map((w) => w - rate * 0.25 * w));
      bare[0].step(expected, some(i), rate);
      steppers[0].step(weights, some(i), rate);
      for (const [j, w] of weights.entries()) expect(w).toBeCloseTo(expected[j], 5);
      const unmoved = within(biases.slice());
      bare[1].step(unmoved, some(i), rate);
      steppers[1].step(biases, some(i), rate);
      expect(biases).toEqual(unmoved);
    }
  });

  it('without gradients decays weights as the product of 1 − rate · decay', async () => {
    const decaying = (await make(factory({ weightDecay: 0.5 }))) as Optimiser;
    const weights = some(1);
    const stepper = decaying.stepper(9, place, 'weights');
    let left = 1;
    for (let i = 0; i < 30; i++) {
      const rate = decaying.rate(i, 30);
      stepper.step(weights, arena.floats(9), rate);
      left *= 1 - 0.5 * rate;
    }
    for (const [i, w] of weights.entries()) expect(w / some(1)[i]).toBeCloseTo(left, 5);
  });
});
