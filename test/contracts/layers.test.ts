import { describe, expect, it } from 'vitest';
import { make, type Plan } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import type { Microbatch, Shape } from '../../src/data/microbatch.ts';
import type { LayerModule, LayerPlan, Memory } from '../../src/layers/layer.ts';
import { wrongLabel } from '../../src/negatives/wrong-label.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import { places, room } from '../kernels/workplace.ts';
import {
  activityOf,
  imagesOf,
  type Made,
  madeOf,
  mustAgree,
  nextLabel,
  recorder,
  shapeOf,
} from '../layers/workbench.ts';
import { membersOf, named } from './family.ts';

/** Enough to plan any layer: each takes what it knows. */
const enough = { units: 6, classes: 4 };
const shape = shapeOf({ width: 12, streams: 3, candidates: 4, features: 5 });
const purposes = ['goodness', 'onePass'] as const;

const everyLayer = (await membersOf('layers', 'layer.ts')).flatMap((found) =>
  places.map(([kernels, place]) => ({ ...found, kernels, place })),
);

describe.each(everyLayer)('$title with $kernels kernels', async ({ module, factory, place }) => {
  const plan = factory(enough) as Plan<unknown, never> as LayerPlan;
  const { emits, cost } = (await import(module)) as LayerModule;
  const optimiser = await make(sgd({ learningRate: 0.05 }));
  /** with all that draws and remembers */
  const restless = factory({ ...enough, dropout: 0.2, peer: {} }) as Plan<unknown, never> as LayerPlan;
  const layer = (index: number, setting: object = {}, of = plan) =>
    madeOf(of, shape, { index, negatives: nextLabel(), optimiser, place, ...setting });
  const input = (index: number, seed: number, rows = shape.rows, purpose: Microbatch['purpose'] = 'learn') =>
    (index === 0 ? imagesOf : activityOf)(shape, random(seed), { rows, purpose });

  it('is planned by a module that makes, shapes and prices it, and crosses to another thread', async () => {
    expect(plan.module).toBe(named(module));
    expect(structuredClone(plan)).toEqual(plan);
    expect(['locally', 'backward']).toContain(plan.learns);
    expect(plan.options.units).toBeGreaterThan(0);
    const optimised = factory({ ...enough, optimiser: sgd() }) as Plan<unknown, never> as LayerPlan;
    expect(optimised.options.optimiser).toEqual(sgd());
    const { layer: made } = await madeOf(structuredClone(plan), shape, { negatives: nextLabel(), place });
    expect(made.macs).toBe(0);
    made.dispose();
  });

  it('goes backward if and only if its plan says so', async () => {
    expect((await layer(1)).layer.backward !== undefined).toBe(plan.learns === 'backward');
  });

  it('emits and costs the same every time, and leaves the shape it is given as it is', () => {
    const frozen = Object.freeze({ ...shape });
    expect(emits(plan.options, frozen)).toEqual(emits(plan.options, frozen));
    expect(cost(plan.options, frozen, 1)).toBe(cost(plan.options, frozen, 1));
    expect(cost(plan.options, frozen, 0)).toBeLessThanOrEqual(cost(plan.options, frozen, 1));
    const { rows, goodnessRows, classes } = emits(plan.options, frozen);
    expect([rows, goodnessRows, classes]).toEqual([6, 6, 4]);
  });

  it('refuses sizes that are none', () => {
    expect(() => factory({ units: 0, classes: 0 })).toThrow(/^(units|classes)[a-z ]* must be .*; got 0$/);
    expect(() => factory({ units: 1.5, classes: 1.5 })).toThrow(RangeError);
  });

  describe.each([0, 1])('at place %d', (index) => {
    it('executes as many multiply-accumulates a sample as it says learning takes', async () => {
      const made = await layer(index);
      const m = input(index, 3, 5);
      step(made, m);
      expect(made.layer.macs).toBe(5 * cost(plan.options, shape, index));
    });

    it('names its parameters after its place and gives their shapes', async () => {
      const parameters = (await layer(index)).layer.parameters();
      const names = parameters.map(({ name }) => name);
      expect(names.slice(0, 2)).toEqual([`layer${index}.weight`, `layer${index}.bias`]);
      expect(names.filter((name) => !name.startsWith(`layer${index}.`))).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
      for (const { shape: of, data } of parameters) expect(of.reduce((a, b) => a * b)).toBe(data.length);
    });

    it('learns: an update moves its weights, a forward pass and a gradient don’t', async () => {
      const made = await layer(index);
      const before = made.weight.slice();
      const m = input(index, 3);
      const memory = forwardAndBack(made, m);
      made.layer.gradient(m, memory);
      expect(made.weight).toEqual(before);
      made.layer.update();
      expect(made.weight).not.toEqual(before);
    });

    it('asks the optimiser to remember each of its parameters, in their order, and steps each against a gradient of its size', async () => {
      const sizes: number[] = [];
      const watched = recorder();
      const { stepper } = watched;
      watched.stepper = (size, where) => {
        sizes.push(size);
        expect(where).toMatchObject(place);
        return stepper(size, where);
      };
      const made = await layer(index, { optimiser: watched });
      step(made, input(index, 3));
      const lengths = made.layer.parameters().map(({ data }) => data.length);
      expect(sizes).toEqual(lengths);
      expect(watched.seen.map(({ length }) => length)).toEqual(lengths);
    });

    it('loaded with what another learned it predicts as the other, and goes its own way from there', async () => {
      const [one, other] = [await layer(index, { seed: 1 }), await layer(index, { seed: 2 })];
      step(one, input(index, 3));
      step(one, input(index, 4));
      other.layer.load(one.layer.parameters());
      for (const purpose of purposes) {
        const m = input(index, 5, 4, purpose);
        expect(predicted(other, m)).toEqual(predicted(one, m));
      }
      const kept = other.weight.slice();
      step(one, input(index, 6));
      expect(other.weight).toEqual(kept);
    });

    it.each([0, 3])('goes on from its state after %i updates to the same bits', async (k) => {
      const negatives = await make(wrongLabel()); // they draw from the layer's stream
      const [one, other] = [
        await layer(index, { negatives }, restless),
        await layer(index, { negatives, seed: 2 }, restless),
      ];
      for (let i = 0; i < k; i++) step(one, input(index, i));
      step(other, input(index, 50)); // what it has learned and drawn must all be replaced
      const state = structuredClone(one.layer.state?.() ?? {});
      step(other, input(index, 51));
      other.layer.restore?.(state);
      expect(other.layer.state?.()).toEqual(state);
      for (let i = k; i < k + 4; i++) {
        const m = input(index, i);
        expect(step(other, m)).toEqual(step(one, m));
        const asked = input(index, 60 + i, 4, 'goodness');
        expect(predicted(other, asked)).toEqual(predicted(one, asked));
      }
      expect(other.layer.parameters()).toEqual(one.layer.parameters());
      expect(other.layer.state?.()).toEqual(one.layer.state?.());
    });

    it('refuses a state that lacks an array, whichever it is', async () => {
      const { layer: made } = await layer(index, {}, restless);
      const state = made.state?.() ?? {};
      expect(Object.keys(state).length).toBeGreaterThan(4);
      for (const name of Object.keys(state)) {
        const { [name]: _, ...rest } = state;
        expect(() => made.restore?.(rest)).toThrow(/must be an array of .* numbers; got 'none'/);
      }
    });

    it('is the same twice for the same seed', async () => {
      const [one, other] = [await layer(index), await layer(index)];
      for (const made of [one, other]) for (const seed of [3, 4]) step(made, input(index, seed));
      expect(other.layer.parameters()).toEqual(one.layer.parameters());
    });

    it('refuses parameters that are missing or of another shape', async () => {
      const { layer: made } = await layer(index);
      const all = made.parameters();
      for (const missing of all) {
        expect(() => made.load(all.filter((parameter) => parameter !== missing))).toThrow(
          `${missing.name} must be of shape ${missing.shape.join(' × ')}; got undefined`,
        );
      }
      const turned = all.map((parameter) => ({ ...parameter, shape: [...parameter.shape, 1] }));
      expect(() => made.load(turned)).toThrow(RangeError);
    });

    it.each(purposes)(
      'predicts (%s) without changing anything of what it is about to learn',
      async (purpose) => {
        const gradients = await Promise.all(
          [false, true].map(async (interrupted) => {
            const watched = recorder();
            const made = await layer(index, { optimiser: watched });
            const before = made.layer.parameters().map(({ data }) => data.slice());
            const predicting = input(index, 9, 3, purpose);
            if (interrupted) predicted(made, predicting);
            const m = input(index, 3);
            const memory = forwardAndBack(made, m);
            if (interrupted) predicted(made, predicting);
            made.layer.gradient(m, memory);
            if (interrupted) predicted(made, predicting);
            made.layer.update();
            expect(made.layer.parameters().map(({ data }) => data)).toEqual(before);
            return watched.seen;
          }),
        );
        expect(gradients[1]).toEqual(gradients[0]);
      },
    );

    it('remembers two microbatches at a time, each for itself', async () => {
      const watched = recorder();
      const made = await layer(index, { optimiser: watched });
      const [a, b] = [input(index, 3), input(index, 4, 5)];
      const gradient = (m: Microbatch, memory: Memory) => {
        made.layer.gradient(m, memory);
        made.layer.update();
        return watched.seen.map((seen) => seen.slice());
      };
      const alone = [a, b].map((m) => gradient(m, forwardAndBack(made, m)));
      const memories = [a, b].map((m) => forwardAndBack(made, m));
      expect([a, b].map((m, i) => gradient(m, memories[i]))).toEqual(alone);
    });

    if (plan.learns === 'backward') {
      it('moves its weights against the mean of the gradients since its last update', async () => {
        const watched = recorder();
        const made = await layer(index, { optimiser: watched });
        const all = [input(index, 3), input(index, 4, 5), input(index, 5)];
        const update = (of: readonly Microbatch[]) => {
          const memories = of.map((m) => forwardAndBack(made, m));
          for (const [i, m] of of.entries()) made.layer.gradient(m, memories[i]);
          made.layer.update();
          return watched.seen.map((seen) => seen.slice());
        };
        const alone = all.map((m) => update([m]));
        for (const count of [3, 1, 2]) {
          const means = alone[0].map((first, p) =>
            first.map((_, j) => alone.slice(0, count).reduce((sum, of) => sum + of[p][j], 0) / count),
          );
          for (const [p, seen] of update(all.slice(0, count)).entries()) mustAgree(seen, means[p], 1e-5);
        }
      });

      it('goes back by the weights with which it went forward, whatever was learned in between', async () => {
        const shapes = [await layer(index), await layer(index)];
        const [still, moving] = shapes;
        const m = input(index, 3);
        const before = still.weight.slice();
        const forward = ({ layer: one, output }: Made) => {
          const memory = one.memory();
          one.forward(m, output.width === 0 ? undefined : room(output), memory);
          return memory;
        };
        const back = ({ layer: one, output }: Made, memory: Memory) => {
          const below = gradientOf(m.shape, m.rows);
          one.backward?.(output.width === 0 ? undefined : gradientOf(output, m.rows), below, memory);
          return below.activity.slice();
        };
        const expected = back(still, forward(still));
        const memories = [forward(moving)];
        for (const seed of [4, 5]) {
          step(moving, input(index, seed));
          memories.push(forward(moving));
        }
        expect(moving.weight).not.toEqual(before);
        const came = memories.map((memory) => back(moving, memory));
        expect(came[0]).toEqual(expected);
        expect(came[1]).not.toEqual(expected);
        expect(came[2]).not.toEqual(came[1]);
        expect(() => back(moving, memories[0])).toThrow(RangeError);
      });
    }

    it('learns from the rows that are there, whatever lies beyond them', async () => {
      const gradients = await Promise.all(
        [0, Number.NaN].map(async (noise) => {
          const watched = recorder();
          const made = await layer(index, { optimiser: watched });
          const m = input(index, 3, 2);
          m.activity.fill(noise, 3 * 2 * shape.width);
          m.features.fill(noise, 2 * shape.features);
          m.amplitude.fill(noise, 2);
          const loss = step(made, m);
          if (loss !== undefined) expect(loss).toSatisfy(Number.isFinite);
          return watched.seen;
        }),
      );
      expect(gradients[1]).toEqual(gradients[0]);
    });
  });
});

/** F, and B where the layer learns backward, with an arbitrary gradient from above. */
function forwardAndBack(
  { layer, output }: Made,
  m: Microbatch,
  loss = { of: 0 as number | undefined },
): Memory {
  const memory = layer.memory();
  const top = output.width === 0;
  loss.of = layer.forward(m, top ? undefined : room(output), memory);
  if (layer.backward) {
    const index = Number(layer.parameters()[0].name.match(/\d+/)?.[0]);
    const above = top ? undefined : gradientOf(output, m.rows);
    const below = index === 0 ? undefined : gradientOf(m.shape, m.rows);
    layer.backward(above, below, memory);
  }
  return memory;
}

function step(made: Made, m: Microbatch): number | undefined {
  const loss = { of: undefined };
  made.layer.gradient(m, forwardAndBack(made, m, loss));
  made.layer.update();
  return loss.of;
}

function gradientOf(shape: Shape, rows: number): Microbatch {
  return activityOf({ ...shape, streams: 1, candidates: 0, features: 0 }, random(12), { rows });
}

function predicted({ layer, output }: Made, m: Microbatch) {
  const to = room(output);
  layer.predict(m, to);
  const { activity, scores, features } = to;
  return { activity, scores, features };
}
