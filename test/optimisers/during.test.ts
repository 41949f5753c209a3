import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { during } from '../../src/extend.ts';
import { adam, inline, measure, run, sgd, weights } from '../../src/index.ts';
import { places, within } from '../kernels/workplace.ts';
import { uniform } from '../runtimes/runs.ts';

const [[, place]] = places;

/** What each layer of 784-24-16 has learned after so many microbatches, by optimisers of their own. */
async function learned(
  optimisers: readonly ReturnType<typeof during>[],
  microbatches: number,
): Promise<string[]> {
  const layers = uniform.layers.map((layer, k) => ({
    ...layer,
    options: { ...layer.options, optimiser: optimisers[k] },
  }));
  const pipeline = { ...uniform, layers, microbatches, test: undefined };
  const { weights: all } = await lastValueFrom(run(pipeline, inline()).pipe(measure({ weights })));
  return [0, 1].map((k) =>
    String(all.flatMap(({ name, data }) => (name.startsWith(`layer${k}.`) ? [...data] : []))),
  );
}

describe('an optimiser for a time', () => {
  it('has the rate of its optimiser between two updates, over the time between them, and 0 outside', async () => {
    const falling = sgd({ learningRate: 1, constantFor: 0 });
    const between = await make(during(falling, { from: 3, until: 7 }));
    const rates = Array.from({ length: 10 }, (_, step) => between.rate(step, 10));
    expect(rates).toEqual([0, 0, 0, 1, 0.75, 0.5, 0.25, 0, 0, 0]);
    const toTheEnd = await make(during(falling, { from: 6 }));
    expect([5, 6, 8].map((step) => toTheEnd.rate(step, 10))).toEqual([0, 1, 0.5]);
  });

  it('begins with fresh moments: from then on it steps as its optimiser does', async () => {
    const late = await make(during(adam({ decay: 'none' }), { from: 2 }));
    const bare = await make(adam({ decay: 'none' }));
    const [one, other] = [within([1, 2, 3]), within([1, 2, 3])];
    const [steps, plain] = [late.stepper(3, place), bare.stepper(3, place)];
    for (let step = 0; step < 5; step++) {
      const gradient = within([step, 1, -1]);
      steps.step(one, gradient, late.rate(step, 100));
      if (step >= 2) plain.step(other, gradient, 1e-3);
    }
    expect(one).toEqual(other);
    expect(steps.state()).toEqual(plain.state());
    expect(one).not.toEqual(within([1, 2, 3]));
  });

  it('lets layers learn one after the other: neither moves while it is not its time', async () => {
    const inTurn = [during(sgd(), { until: 4 }), during(sgd(), { from: 4 })];
    const [before, midway, after] = [
      await learned(inTurn, 0),
      await learned(inTurn, 4),
      await learned(inTurn, 8),
    ];
    expect(midway[0]).not.toBe(before[0]);
    expect(midway[1]).toBe(before[1]);
    expect(after[0]).toBe(midway[0]);
    expect(after[1]).not.toBe(midway[1]);
  });

  it('knows its own end, so that a decaying rate suits a run without one', () => {
    expect(during(adam(), { until: 5 }).decays).toBeUndefined();
    expect(during(adam(), { from: 5 }).decays).toBe(true);
    expect(() => during(sgd(), { from: 4, until: 4 })).toThrow(/^until must be more than 4.*; got 4$/);
    expect(() => during(sgd(), { from: -1 })).toThrow(/^from must be .*; got -1$/);
  });
});
