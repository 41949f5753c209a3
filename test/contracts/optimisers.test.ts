import { describe, expect, it } from 'vitest';
import { optimiserRules } from '../../src/check/optimisers.ts';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import type { Optimiser } from '../../src/optimisers/optimiser.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import { arena, places, within } from '../kernels/workplace.ts';
import { brokenRules, keepsRules, membersOf } from './family.ts';

const some = (seed: number) => {
  const draw = random(seed);
  return within(Float32Array.from({ length: 9 }, () => draw.normal()));
};

const everyOptimiser = (await membersOf('optimisers', 'optimiser.ts')).flatMap((found) =>
  places.map(([kernels, place]) => ({ ...found, kernels, place })),
);

describe.each(everyOptimiser)('$title with $kernels kernels', async ({ factory, place }) => {
  const optimiser = (await make(factory())) as Optimiser;

  keepsRules(optimiserRules, { optimiser, place });

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

describe('the contract', () => {
  const [[, place]] = places;
  const faulty = async (change: Partial<ReturnType<Optimiser['stepper']>>) => {
    const optimiser = await make(sgd());
    const stepper: Optimiser['stepper'] = (...of) => ({ ...optimiser.stepper(...of), ...change });
    return brokenRules(optimiserRules, { optimiser: { ...optimiser, stepper }, place });
  };

  it('catches a step up the hill, and a state that forgets', async () => {
    const up = await faulty({
      step: (weights, gradient, rate) =>
        weights.forEach((w, i) => {
          weights[i] = w + rate * gradient[i];
        }),
    });
    expect(up).toEqual(['against the gradient', 'finds the bottom']);
    const optimiser = await make(sgd({ momentum: 0.5 }));
    const forgets: Optimiser = {
      ...optimiser,
      stepper: (...of) => ({ ...optimiser.stepper(...of), state: () => ({}), restore: () => {} }),
    };
    expect(await brokenRules(optimiserRules, { optimiser: forgets, place })).toEqual([
      'goes on from its state',
    ]);
    const rising: Optimiser = { ...optimiser, rate: (step) => step };
    expect(await brokenRules(optimiserRules, { optimiser: rising, place })).toEqual([
      'a rate that never rises',
    ]);
  });
});
