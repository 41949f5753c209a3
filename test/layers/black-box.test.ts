import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { layerRules } from '../../src/check/layers/rules.ts';
import { random } from '../../src/core/random.ts';
import { type BlackBoxOptions, blackBox } from '../../src/layers/black-box.ts';
import { room, simdPlace } from '../kernels/workplace.ts';
import { activityOf, madeOf, mustAgree, recorder, shapeOf } from './workbench.ts';

await tf.setBackend('cpu');

const [width, units, hidden, rows, index] = [9, 7, 6, 5, 1];
const shape = shapeOf({ width, rows });
const gradientRoom = (columns: number) => Object.assign(room(shapeOf({ width: columns, rows })), { rows });

/** U, φ and V of a box, drawn as it draws them. */
function partsOf(seed: number, sharpness: number, generation = 0) {
  const draw = random(seed).fork(`black box of layer ${index}`).fork(`generation ${generation}`);
  const normals = (name: string, count: number, size: number): number[] => {
    const stream = draw.fork(name);
    return Array.from({ length: count }, () => size * stream.normal());
  };
  const turns = draw.fork('phase');
  return {
    u: normals('inward', width * hidden, sharpness / Math.sqrt(width)),
    phase: Array.from({ length: hidden }, () => 2 * Math.PI * turns.uniform()),
    v: normals('outward', hidden * units, Math.sqrt(2 / hidden)),
  };
}

/** The box written out, in float64: x at any length to y. */
function boxOf(x: readonly number[], { u, phase, v }: ReturnType<typeof partsOf>, s: number): number[] {
  const size = Math.sqrt(x.reduce((sum, one) => sum + one * one, 0) / width);
  const unit = x.map((one) => (size > 0 ? one / size : 0));
  const waves = phase.map((p, k) => Math.sin(unit.reduce((sum, one, i) => sum + one * u[i * hidden + k], p)));
  return Array.from({ length: units }, (_, j) => {
    const mixed = waves.reduce((sum, one, k) => sum + one * v[k * units + j], 0);
    return Math.sqrt(1 - s * s) * (unit[j] ?? 0) + s * mixed;
  });
}

const rowsOf = (m: ArrayLike<number>, columns: number): number[][] =>
  Array.from({ length: rows }, (_, r) => Array.from(m).slice(r * columns, (r + 1) * columns));

/** F and B of one microbatch. */
async function passed(options: Omit<BlackBoxOptions, 'units'>) {
  const optimiser = recorder();
  const made = await madeOf(blackBox({ units, hidden, ...options }), shape, { index, optimiser });
  const { layer, output } = made;
  const m = activityOf(shape, random(3), { rows });
  const [y, above, below] = [room(output), gradientRoom(units), gradientRoom(width)];
  const delta = random(4).fork('delta');
  for (let i = 0; i < rows * units; i++) above.activity[i] = delta.normal();
  const memory = layer.memory();
  const loss = layer.forward(m, y, memory);
  layer.backward?.(above, below, memory);
  const d = rowsOf(above.activity, units);
  return { ...{ layer, m, y, memory, loss, above, below, d, optimiser }, x: rowsOf(m.activity, width) };
}

describe('a black box', () => {
  it.each([0, 0.6, 1])('makes of rows what its formula says, at strength %d', async (strength) => {
    const { x, y } = await passed({ strength, sharpness: 1.5, boxSeed: 5, backward: 'exact' });
    const parts = partsOf(5, 1.5);
    mustAgree(
      y.activity.subarray(0, rows * units),
      x.flatMap((row) => boxOf(row, parts, strength)),
    );
  });

  it('sends down the gradient of its formula, by differences, where its derivative is given', async () => {
    const { x, d, below } = await passed({ strength: 0.8, boxSeed: 2, backward: 'exact' });
    const parts = partsOf(2, 2);
    const step = 1e-5;
    const expected = x.flatMap((row, r) =>
      row.map((_, i) => {
        const at = (by: number) =>
          boxOf(
            row.map((one, k) => (k === i ? one + by : one)),
            parts,
            0.8,
          ).reduce((sum, one, j) => sum + one * d[r][j], 0);
        return (at(step) - at(-step)) / (2 * step);
      }),
    );
    mustAgree(below.activity.subarray(0, rows * width), expected);
  });

  it('keeps rows of other sizes apart from their length: twice the input is the same output', async () => {
    const { layer, m, y } = await passed({ backward: 'none' });
    for (let i = 0; i < m.activity.length; i++) m.activity[i] *= 2;
    const again = room(y.shape);
    layer.forward(m, again, layer.memory());
    mustAgree(again.activity.subarray(0, rows * units), y.activity.subarray(0, rows * units), 1e-6);
  });

  it('goes straight through where it is taken for the identity, and hands errors on as they came', async () => {
    const straight = await passed({ backward: 'identity' });
    const expected = straight.x.flatMap((row, r) => {
      const size = Math.sqrt(row.reduce((sum, one) => sum + one * one, 0) / width);
      const d = row.map((_, i) => straight.d[r][i] ?? 0);
      const along = d.reduce((sum, one, i) => sum + (one * row[i]) / size, 0) / width;
      return d.map((one, i) => (one - (row[i] / size) * along) / size);
    });
    mustAgree(straight.below.activity.subarray(0, rows * width), expected);
    const { d, below } = await passed({ backward: 'error' });
    expect(rowsOf(below.activity, width)).toEqual(d.map((row) => [...row, 0, 0]));
  });

  it('turns into another box in its lifetime, at the same strength all the way', async () => {
    const { layer, m, y, x } = await passed({ lifetime: 10, backward: 'exact' });
    const sizes = [];
    for (let update = 0; update < 10; update++) {
      layer.update();
      layer.forward(m, y, layer.memory());
      sizes.push(Math.hypot(...y.activity.subarray(0, rows * units)));
    }
    const next = partsOf(1, 2, 1);
    mustAgree(
      y.activity.subarray(0, rows * units),
      x.flatMap((row) => boxOf(row, next, 1)),
    );
    expect(Math.max(...sizes) / Math.min(...sizes)).toBeLessThan(3);
  });

  it('goes back by the derivative that it had in F, whatever its age is by then', async () => {
    const first = await passed({ lifetime: 10, backward: 'exact' });
    const memory = first.layer.memory();
    first.layer.forward(first.m, first.y, memory);
    first.layer.update();
    const below = gradientRoom(width);
    first.layer.backward?.(first.above, below, memory);
    expect(below.activity).toEqual(first.below.activity);
  });
});

/** those of the contract that are not about weights, of which a box without a model has none */
const unweighted = [
  ...['crosses to a thread', 'backward as planned', 'one shape, one cost', 'costs what it says'],
  ...['writes inside its output', 'its rows only', 'goes on from its state', 'refuses another state'],
];

describe.each(['none', 'exact', 'identity', 'error'] as const)(
  'a black box with %s to go back by',
  (backward) => {
    it.each(layerRules.filter(({ name }) => unweighted.includes(name)))('$says', async (rule) => {
      await rule.check({ plan: blackBox({ units: 6, lifetime: 3, backward }), place: simdPlace });
    });
  },
);

describe('the model of a black box', () => {
  it('learns by the gradient of its own error, and sends down its own, as autograd says', async () => {
    const model = { hidden: 8 };
    const { layer, m, y, x, d, memory, loss, below, optimiser } = await passed({ backward: 'model', model });
    const [a, biasA, b, biasB] = layer.parameters().map(({ data, shape: of }) => tf.tensor(data, [...of]));
    const input = tf.tensor2d(x);
    const out = tf.tensor2d(y.activity.slice(0, rows * units), [rows, units]);
    const modelOf = (from: tf.Tensor, [w, c, v, e]: tf.Tensor[]): tf.Tensor => {
      const rms = tf.sqrt(tf.mean(tf.square(from), 1, true));
      const unit = tf.div(from, rms);
      const h = tf.relu(tf.add(tf.matMul(unit as tf.Tensor2D, w as tf.Tensor2D), c));
      return tf.add(
        tf.slice(unit, [0, 0], [rows, units]),
        tf.add(tf.matMul(h as tf.Tensor2D, v as tf.Tensor2D), e),
      );
    };
    const weights = [a, biasA, b, biasB];
    const own = tf.grads((...of: tf.Tensor[]) =>
      tf.div(tf.sum(tf.square(tf.sub(modelOf(input, of), out))), 2 * rows).asScalar(),
    )(weights);
    const down = tf.grad((from) => tf.sum(tf.mul(modelOf(from, weights), tf.tensor2d(d))).asScalar())(input);
    mustAgree(below.activity.subarray(0, rows * width), down.dataSync());
    const error = tf.mean(tf.square(tf.sub(modelOf(input, weights), out))).dataSync()[0];
    expect(loss).toBeCloseTo(error, 5);
    layer.gradient(m, memory);
    layer.update();
    for (const [k, gradient] of own.entries()) mustAgree(optimiser.seen[k], gradient.dataSync());
  });

  it('is the identity to begin with, and learns nothing where it is frozen', async () => {
    const learning = await passed({ backward: 'model', model: { frozen: true } });
    const fresh = learning.layer.parameters();
    learning.layer.gradient(learning.m, learning.memory);
    learning.layer.update();
    expect(learning.optimiser.seen.every(({ length }) => length === 0)).toBe(true);
    learning.layer.load(
      fresh.map((one) => ({ ...one, data: one.data.map((v) => (/outward/.test(one.name) ? 0 : v)) })),
    );
    const memory = learning.layer.memory();
    learning.layer.forward(learning.m, learning.y, memory);
    learning.layer.backward?.(learning.above, learning.below, memory);
    const straight = await passed({ backward: 'identity' });
    mustAgree(learning.below.activity, straight.below.activity);
  });

  it('errs by the noise of what it is shown, and no more where the box is the identity', async () => {
    const square = async (noise: number): Promise<number> => {
      const plan = blackBox({ units: width, strength: 0, model: { noise } });
      const { layer, output } = await madeOf(plan, shapeOf({ width, rows: 400 }), { index });
      const zero = layer.parameters().map((one) => ({ ...one, data: one.data.fill(0) }));
      layer.load(zero);
      const m = activityOf(shapeOf({ width, rows: 400 }), random(3));
      return layer.forward(m, room(output), layer.memory()) ?? Number.NaN;
    };
    expect(await square(0)).toBeLessThan(1e-12);
    // 3,600 squares of normal numbers: relative deviation √(2 / 3600) = 0.024
    expect(Math.abs((await square(0.5)) / 0.25 - 1)).toBeLessThan(0.12);
  });
});
