import { describe, expect, it } from 'vitest';
import { layerRules } from '../../src/check/layers/rules.ts';
import { random } from '../../src/core/random.ts';
import type { Shape } from '../../src/data/microbatch.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import type { LayerPlan } from '../../src/layers/layer.ts';
import { localBackprop } from '../../src/layers/local-backprop.ts';
import { localForwardForward } from '../../src/layers/local-forward-forward.ts';
import { fieldsOver } from '../../src/layers/parts/fields/fields.ts';
import { keepsRules } from '../contracts/family.ts';
import { places, room } from '../kernels/workplace.ts';
import {
  activityOf,
  imagesOf,
  learn,
  type Made,
  madeOf,
  mustAgree,
  nextLabel,
  recorder,
  shapeOf,
} from './workbench.ts';

const mnist = shapeOf({ width: 784, classes: 10 });

describe('fields', () => {
  const over = (options: object, input: Shape = mnist, labels = 0) => fieldsOver(options, input, labels);

  it('lie side by side, or overlap, as far as they fit', () => {
    const { height, width, columns } = over({ field: 10, stride: 6 });
    expect([height, width, columns.length]).toEqual([4, 4, 16]);
    expect([...columns[0].subarray(0, 11)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 28]);
    expect(columns[15].at(-1)).toBe(783);
    expect(columns[5][0]).toBe(6 * 28 + 6);
    expect(over({ field: 14 }).columns.map(([first]) => first)).toEqual([0, 14, 392, 406]);
    expect(over({}).columns).toEqual([Uint32Array.from({ length: 784 }, (_, j) => j)]);
  });

  it('see the channels of each point, of the plane that the layer below sends, and nothing beyond its edge', () => {
    const grid = { height: 3, width: 4, channels: 2 };
    const input = shapeOf({ width: 24, grid });
    expect([...over({ field: 2 }, input).columns[1]]).toEqual([4, 5, 6, 7, 12, 13, 14, 15]);
    const edges = over(
      { field: 3, stride: 1, margin: 1, picture: grid },
      { ...input, grid: undefined as never },
    );
    expect([edges.height, edges.width]).toEqual([3, 4]);
    expect([...edges.columns[0]]).toEqual([0, 1, 2, 3, 8, 9, 10, 11]);
  });

  it('see the pixels of the label first, and each once', () => {
    const { columns } = over({ field: 14 }, mnist, 10);
    expect([...columns[0].subarray(0, 15)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 28]);
    expect([...columns[3].subarray(8, 12)]).toEqual([8, 9, 406, 407]);
  });

  it('must fit', () => {
    expect(() => over({ field: 29 })).toThrow(/^field must be at most 28 points, .*; got 29$/);
    expect(() => over({ field: 2 }, shapeOf({ width: 30 }))).toThrow(
      /^picture must be stated where 30 numbers/,
    );
    expect(() => over({ field: 2, picture: { height: 2, width: 2, channels: 3 } })).toThrow(
      /^picture must be of 784/,
    );
    expect(() => localForwardForward({ units: 3, field: 0 })).toThrow('field must be');
    expect(() => localBackprop({ units: 3, field: 2, margin: 2 })).toThrow(
      /^margin of the fields must be below 2/,
    );
    expect(() => localBackprop({ units: 3, margin: 1 })).toThrow(/see everything must be 0; got 1$/);
  });
});

const picture = { height: 4, width: 5, channels: 1 };
const options = { units: 3, field: 3, stride: 1, picture } as const;
const input = shapeOf({ width: 20, streams: 3, candidates: 4, grid: picture });

/** A dense layer with the weights of the local one, and 0 where a unit sees nothing; which of its weights are there. */
async function denseAs(local: Made, plan: LayerPlan, index: number) {
  const optimiser = recorder();
  const dense = await madeOf(plan, input, { index, optimiser, negatives: nextLabel() });
  const { columns } = fieldsOver(options, input, index === 0 && plan.learns === 'locally' ? 4 : 0);
  const all = columns.length * options.units;
  const [weight, bias] = [new Float32Array(20 * all), new Float32Array(all)];
  const spread = (of: readonly Float32Array[], into: Float32Array, biases: Float32Array): void => {
    for (const [p, seen] of columns.entries())
      for (let j = 0; j < options.units; j++) {
        biases[p * options.units + j] = of[2 * p + 1][j];
        for (const [i, column] of seen.entries())
          into[column * all + p * options.units + j] = of[2 * p][i * options.units + j];
      }
  };
  spread(
    local.layer.parameters().map(({ data }) => data),
    weight,
    bias,
  );
  dense.layer.load([
    { name: `layer${index}.weight`, shape: [20, all], data: weight },
    { name: `layer${index}.bias`, shape: [all], data: bias },
  ]);
  const ones = local.layer.parameters().map(({ data }) => data.map(() => 1));
  const [there, always] = [new Float32Array(20 * all), new Float32Array(all)];
  spread(ones, there, always);
  return { dense, seen: optimiser.seen, spread, there };
}

const rules = {
  'Forward-Forward': [localForwardForward, forwardForward],
  backprop: [localBackprop, backprop],
} as const;

describe.each(['Forward-Forward', 'backprop'] as const)('a local layer of %s', (rule) => {
  const [local, dense] = rules[rule];

  it.each([0, 1])('computes and learns what a dense one with gaps does, at place %d', async (index) => {
    const optimiser = recorder();
    const made = await madeOf(local(options), input, { index, optimiser, negatives: nextLabel() });
    const units = made.output.width;
    expect(made.output.grid).toEqual({ height: 2, width: 3, channels: 3 });
    const other = await denseAs(made, dense({ units }), index);
    const m =
      index === 0 && rule === 'Forward-Forward' ? imagesOf(input, random(5)) : activityOf(input, random(5));
    const outputs = [made, other.dense].map((one) => {
      const to = room(one.output);
      if (rule === 'Forward-Forward') learn(one, m, to);
      else {
        const memory = one.layer.memory();
        one.layer.forward(m, to, memory);
        const above = activityOf({ ...one.output, streams: 1 }, random(6));
        const below = room(input);
        one.layer.backward?.(above, index === 0 ? undefined : below, memory);
        one.layer.gradient(m, memory);
        one.layer.update();
        if (index > 0) return [...to.activity, ...below.activity];
      }
      return [...to.activity];
    });
    mustAgree(outputs[0], outputs[1], 1e-5);
    const [weight, bias] = [new Float32Array(20 * units), new Float32Array(units)];
    other.spread(optimiser.seen, weight, bias);
    mustAgree(
      weight,
      other.seen[0].map((g, i) => g * other.there[i]),
      1e-5,
    );
    mustAgree(bias, other.seen[1], 1e-5);
    for (const purpose of ['goodness', 'onePass'] as const) {
      const asked = (index === 0 && rule === 'Forward-Forward' ? imagesOf : activityOf)(input, random(8), {
        purpose,
      });
      const told = [made, other.dense].map((one) => {
        const to = room(one.output);
        one.layer.predict(asked, to);
        return [...to.activity, ...to.scores];
      });
      mustAgree(told[0], told[1], 1e-5);
    }
  });
});

describe.each(places)('local layers on %s kernels', (_name, place) => {
  const plan = { field: 2, stride: 1, picture: { height: 3, width: 4, channels: 1 }, units: 5 };
  describe('of Forward-Forward', () =>
    keepsRules(layerRules, {
      ...{ plan: localForwardForward(plan), place },
      restless: localForwardForward({ ...plan, dropout: 0.2, peer: {} }),
    }));
  describe('of backprop', () => keepsRules(layerRules, { plan: localBackprop(plan), place }));
});
