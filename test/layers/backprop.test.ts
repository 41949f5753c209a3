import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import type { Microbatch, Shape } from '../../src/data/microbatch.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { crossEntropyHead } from '../../src/layers/softmax.ts';
import { room } from '../kernels/workplace.ts';
import { crossEntropyGradients } from './autograd.ts';
import { affineRow, rectified, rowsFrom } from './oracle.ts';
import { activityOf, type Made, madeOf, mustAgree, recorder, shapeOf } from './workbench.ts';

/** A gradient has one row a sample, as wide as the activity it belongs to. */
const gradientOf = (shape: Shape, rows: number): Microbatch =>
  Object.assign(room({ ...shape, streams: 1, candidates: 0, features: 0 }), { rows });

async function network(input: Shape, widths: readonly number[]) {
  const layers: (Made & { seen: Float32Array[] })[] = [];
  for (const [index, plan] of [
    ...widths.map((units) => backprop({ units })),
    crossEntropyHead({ classes: input.classes }),
  ].entries()) {
    const optimiser = recorder();
    const below = layers[index - 1]?.output ?? input;
    layers.push({ ...(await madeOf(plan, below, { index, optimiser })), seen: optimiser.seen });
  }
  return layers;
}

/** F of every layer, then B, W and U of every layer, as a stage that holds them all does; the input's gradient too. */
function learnAll(layers: readonly Made[], m: Microbatch): { loss: number; input: Microbatch } {
  const memories = layers.map(({ layer }) => layer.memory());
  const between = layers.map(({ input }, l) => (l === 0 ? m : room(input)));
  const gradients = layers.map(({ input }) => gradientOf(input, m.rows));
  const losses = layers.map(({ layer }, l) => layer.forward(between[l], between[l + 1], memories[l]));
  for (let l = layers.length - 1; l >= 0; l--) {
    layers[l].layer.backward?.(gradients[l + 1], gradients[l], memories[l]);
  }
  for (const [l, { layer }] of layers.entries()) layer.gradient(between[l], memories[l]);
  for (const { layer } of layers) layer.update();
  expect(losses.slice(0, -1).every((loss) => loss === undefined)).toBe(true);
  return { loss: losses[losses.length - 1] as number, input: gradients[0] };
}

describe('a network that learns backward', () => {
  it.each([
    { width: 784, widths: [64, 32], classes: 10, room: 20, rows: 20 },
    { width: 784, widths: [64, 32], classes: 10, room: 20, rows: 7 },
    { width: 5, widths: [4, 3], classes: 2, room: 4, rows: 3 },
    { width: 12, widths: [], classes: 3, room: 4, rows: 4 },
  ])('makes the gradients of autograd: $width-$widths-$classes, $rows of $room rows', async (of) => {
    const { width, widths, classes, room, rows } = of;
    const shape = shapeOf({ width, classes, rows: room, goodnessRows: 1 });
    const layers = await network(shape, widths);
    const m = activityOf(shape, random(11), { rows });
    const x = m.activity.slice(0, rows * width);
    const expected = crossEntropyGradients(
      x,
      m.labels.slice(0, rows),
      layers.map((made) => ({
        ...{ inputs: made.input.width, units: made.bias.length },
        ...{ w: made.weight, b: made.bias },
      })),
    );
    const { loss, input } = learnAll(layers, m);
    expect(loss).toBeCloseTo(expected.loss, 5);
    for (const [l, { seen }] of layers.entries()) {
      mustAgree(seen[0], expected.gradients[2 * l]);
      mustAgree(seen[1], expected.gradients[2 * l + 1]);
    }
    mustAgree(input.activity.subarray(0, rows * width), expected.gradients[2 * layers.length]);
  });

  it('makes the same weight gradients where no input gradient is asked for', async () => {
    const shape = shapeOf({ width: 9, rows: 5 });
    const [asked, spared] = [await network(shape, []), await network(shape, [])];
    const m = activityOf(shape, random(2));
    learnAll(asked, m);
    const [{ layer }] = spared;
    const memory = layer.memory();
    layer.forward(m, undefined, memory);
    layer.backward?.(undefined, undefined, memory);
    layer.gradient(m, memory);
    layer.update();
    expect(spared[0].seen).toEqual(asked[0].seen);
  });

  it('predicts the logits of its forward pass', async () => {
    const shape = shapeOf({ width: 9, rows: 5 });
    const layers = await network(shape, [7]);
    const m = activityOf(shape, random(2), { rows: 4, purpose: 'onePass' });
    const hidden = room(layers[0].output);
    const out = room(layers[1].output);
    layers[0].layer.predict(m, hidden);
    layers[1].layer.predict(hidden, out);
    const expected = rowsFrom(m.activity.slice(0, 4 * 9), 9).flatMap((x) =>
      affineRow(rectified(affineRow(x, layers[0].weight, layers[0].bias)), layers[1].weight, layers[1].bias),
    );
    mustAgree(out.scores.subarray(0, 4 * 4), expected, 1e-5);
    expect([out.rows, out.sequence, out.purpose]).toEqual([4, 3, 'onePass']);
  });
});

describe('a hidden layer', () => {
  it('can’t be the last: nobody makes its loss', async () => {
    const { layer, input } = await madeOf(backprop({ units: 3 }), shapeOf({ width: 5 }));
    expect(() => layer.backward?.(undefined, gradientOf(input, 2), layer.memory())).toThrow(
      new TypeError('a backprop layer must have a layer above it that makes the loss'),
    );
  });

  it('lets no gradient through units that are silent', async () => {
    const made = await madeOf(backprop({ units: 3 }), shapeOf({ width: 5 }));
    const [weight, bias] = made.layer.parameters();
    made.layer.load([weight, { ...bias, data: bias.data.fill(-1e4) }]);
    const m = activityOf(made.input, random(2));
    const memory = made.layer.memory();
    const above = gradientOf(made.output, 6);
    const below = gradientOf(made.input, 6);
    above.activity.fill(1);
    below.activity.fill(9);
    made.layer.forward(m, room(made.output), memory);
    made.layer.backward?.(above, below, memory);
    expect(below.activity.every((value) => value === 0)).toBe(true);
  });
});
