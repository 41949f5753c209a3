import { describe, expect, it } from 'vitest';
import { layerRules } from '../../src/check/layers/rules.ts';
import { type Random, random } from '../../src/core/random.ts';
import type { Microbatch } from '../../src/data/microbatch.ts';
import { dropout } from '../../src/kernels/kernel.ts';
import { type BlockLocalOptions, blockLocal, cost } from '../../src/layers/block-local.ts';
import { above } from '../../src/selections/above.ts';
import type { SelectionPlan } from '../../src/selections/selection.ts';
import { keepsRules } from '../contracts/family.ts';
import { places, plainPlace, room, within } from '../kernels/workplace.ts';
import { crossEntropyGradients, type Weights } from './autograd.ts';
import { affineRow, normalised, type Row, rectified, rowsFrom } from './oracle.ts';
import { activityOf, learn, type Made, madeOf, mustAgree, recorder, shapeOf } from './workbench.ts';

const shape = shapeOf({ width: 23, rows: 6, classes: 4 });
const { classes } = shape;

const made = async (options: BlockLocalOptions, input = shape) => {
  const optimiser = recorder();
  const one = await madeOf(blockLocal(options), input, { optimiser, index: 1 });
  return { ...one, seen: optimiser.seen };
};

/** The block and its projection as a network: W and b of each layer in turn. */
function network({ layer }: Made, masks: readonly (Float32Array | undefined)[] = []): Weights[] {
  const parameters = layer.parameters();
  const layers: Weights[] = [];
  for (let i = 0; i < parameters.length; i += 2) {
    const [{ shape, data: w }, { data: b }] = parameters.slice(i, i + 2);
    const mask = masks[i / 2];
    layers.push({ inputs: shape[0], units: shape[1], w, b, ...(mask && { mask }) });
  }
  return layers;
}

/** What dropout multiplies the activities of each layer by, from the streams that the block draws from. */
function masksOf(units: readonly number[], share: number, rows: number, own: Random) {
  return units.map((width, k) => {
    const mask = within(new Float32Array(rows * width).fill(1));
    const draw = (k === 0 ? own : own.fork(`inner ${k}`)).fork('dropout');
    dropout(share, width, draw, plainPlace).apply(mask, within(new Float32Array(rows)), 1, rows);
    return mask;
  });
}

describe('a block that learns inside itself', () => {
  it.each([
    { units: [17], rows: 6 },
    { units: [17, 9], rows: 6 },
    { units: [9, 17, 5], rows: 6 },
    { units: [9, 17, 5], rows: 2, normalise: false },
    { units: [17, 9], rows: 6, dropout: 0.3, labelSmoothing: 0.2 },
    { units: [12, 17, 15], rows: 3, dropout: 0.5 },
  ])('makes the gradients of autograd: %j', async ({ rows, ...options }) => {
    const one = await made(options);
    const { units, dropout: share = 0 } = options;
    const m = activityOf(shape, random(5), { rows });
    const masks = share > 0 ? masksOf(units, share, rows, random(7).fork('layer 1')) : [];
    const expected = crossEntropyGradients(
      m.activity.slice(0, rows * shape.width),
      m.labels.slice(0, rows),
      network(one, masks),
      options.labelSmoothing,
    );
    expect(learn(one, m, room(one.output))).toBeCloseTo(expected.loss, 5);
    expect(one.seen).toHaveLength(2 * units.length + 2);
    for (const [i, gradient] of one.seen.entries()) mustAgree(gradient, expected.gradients[i]);
  });

  /** Two inputs, two layers of two units, two classes: h = (2, 0), then (2, 1), logits (2, 1). */
  it('has these gradients in a case done by hand: δ = (−q, q) with q = 1 / (1 + e)', async () => {
    const one = await made({ units: [2, 2] }, shapeOf({ width: 2, rows: 1, classes: 2 }));
    const values = [
      [1, -1, 0.5, 0.25],
      [0, 0],
      [1, 0.5, 3, 3],
      [0, 0],
      [1, 0, 0, 1],
      [0, 0],
    ];
    const fresh = one.layer.parameters();
    one.layer.load(fresh.map((parameter, i) => ({ ...parameter, data: Float32Array.from(values[i]) })));
    const m = Object.assign(room(one.input), { rows: 1, purpose: 'learn' });
    m.activity.set([1, 2]);
    const q = 1 / (1 + Math.E);
    expect(learn(one, m)).toBeCloseTo(Math.log1p(Math.exp(-1)), 6);
    // ∂L/∂h of the first layer is (−q + q/2, 0): its second unit is silent, and δ goes back by (1, 0.5)
    const expected = [
      [-q / 2, 0, -q, 0],
      [-q / 2, 0],
      [-2 * q, 2 * q, 0, 0],
      [-q, q],
      [-2 * q, 2 * q, -q, q],
      [-q, q],
    ];
    for (const [i, gradient] of one.seen.entries())
      for (const [j, value] of expected[i].entries()) expect(gradient[j]).toBeCloseTo(value, 6);
  });

  it.each([false, true])(
    'sends the activity of its last layer, normalised if asked to (%s)',
    async (normalise) => {
      const one = await made({ units: [9, 17], normalise });
      const m = activityOf(shape, random(5));
      const to = room(one.output);
      one.layer.forward(m, to, one.layer.memory());
      const expected = rowsFrom(m.activity, shape.width).flatMap((x) => {
        const h = activityBy(network(one).slice(0, -1), x);
        return normalise ? normalised(h) : h;
      });
      mustAgree(to.activity.subarray(0, 6 * 17), expected, 1e-5);
      expect([to.rows, to.sequence, to.purpose]).toEqual([6, 3, 'learn']);
    },
  );
});

describe('a block that chooses', () => {
  const m = activityOf(shape, random(5));
  const taught = async (from: Microbatch, select?: SelectionPlan) => {
    const one = await made({ units: [9, 17, 5], ...(select && { select }) });
    const memory = one.layer.memory();
    one.layer.forward(from, undefined, memory);
    const before = one.layer.macs;
    const kept = one.layer.gradient(from, memory);
    const macs = one.layer.macs - before;
    one.layer.update();
    return { seen: one.seen, kept, macs };
  };
  /** the samples of `m` with these numbers, alone */
  const alone = (samples: readonly number[]): Microbatch => {
    const some = activityOf(shape, random(5), { rows: samples.length });
    for (const [i, r] of samples.entries()) {
      some.labels[i] = m.labels[r];
      some.activity.set(m.activity.subarray(r * shape.width, (r + 1) * shape.width), i * shape.width);
    }
    return some;
  };

  it('learns from the samples chosen as if the others were masked, and makes B and W for those alone', async () => {
    const whole = await taught(m);
    expect(whole.kept).toBeUndefined();
    for (const share of [0.6, 0.75, 0.9, 1]) {
      const chosen: number[] = [];
      for (let r = 0; r < 6; r++) if ((await taught(alone([r]), above(share))).kept === 1) chosen.push(r);
      const { seen, kept, macs } = await taught(m, above(share));
      expect(kept).toBe(chosen.length);
      expect(macs).toBe((whole.macs * chosen.length) / 6);
      if (chosen.length === 0) expect(seen.map(({ length }) => length)).toEqual(Array(8).fill(0));
      else
        for (const [i, gradient] of (await taught(alone(chosen))).seen.entries())
          mustAgree(
            seen[i],
            gradient.map((one) => (one * chosen.length) / 6),
            1e-6,
          );
    }
  });
});

const activityBy = (layers: readonly Weights[], x: Row): Row =>
  layers.reduce((below, { w, b }) => rectified(affineRow(below, w, b)), x);

describe('predictions of blocks', () => {
  it.each([
    { scored: [true, true], normalise: true },
    { scored: [false, true], normalise: false },
  ])('add up the logits of those scored, without dropout: %j', async ({ scored, normalise }) => {
    const below = await made({ units: [9, 11], normalise, scored: scored[0], dropout: 0.5 });
    const above = await made({ units: [7], normalise, scored: scored[1] }, below.output);
    const m = activityOf(shape, random(5), { rows: 4, purpose: 'onePass' });
    const [a, b] = [room(below.output), room(above.output)];
    for (const array of [a.activity, a.scores, b.activity, b.scores]) array.fill(Number.NaN);
    below.layer.predict(m, a);
    above.layer.predict(a, b);
    const expected = rowsFrom(m.activity.subarray(0, 4 * shape.width), shape.width).flatMap((x) => {
      let row = x;
      const sum: Row = Array(classes).fill(0);
      for (const [i, block] of [below, above].entries()) {
        const layers = network(block);
        const head = layers.pop() as Weights;
        const h = activityBy(layers, row);
        const logits = affineRow(h, head.w, head.b);
        for (let c = 0; c < classes; c++) sum[c] += scored[i] ? logits[c] : 0;
        row = normalise ? normalised(h) : h;
      }
      return sum;
    });
    mustAgree(b.scores.subarray(0, 4 * classes), expected, 1e-5);
  });
});

describe('the plan of a block', () => {
  it('takes one width or several, and refuses what is none', () => {
    expect(blockLocal({ units: 5 }).options).toEqual(blockLocal({ units: [5] }).options);
    const refusals: [BlockLocalOptions, string][] = [
      [{ units: [] }, 'layers of a block must be 1 or more; got 0'],
      [{ units: [4, 0] }, 'units of a layer must be a whole number, 1 or more; got 0'],
      [{ units: 4, dropout: 1 }, 'dropout must be 0 or more and below 1; got 1'],
      [{ units: 4, labelSmoothing: -1 }, 'label smoothing must be 0 or more and below 1; got -1'],
    ];
    for (const [options, message] of refusals)
      expect(() => blockLocal(options)).toThrow(new RangeError(message));
  });

  it('costs 3 products a layer and projection, but 2 the first layer', () => {
    expect(cost({ units: 5, inner: [7, 6] }, shape)).toBe(2 * 23 * 7 + 3 * (7 * 6 + 6 * 5 + 5 * classes));
  });
});

describe.each(places)('a block of three layers keeps the contract of layers, with %s kernels', (_, place) => {
  const units = [7, 5, 6];
  keepsRules(layerRules, {
    plan: blockLocal({ units }),
    restless: blockLocal({ units, dropout: 0.2 }),
    place,
  });
});
