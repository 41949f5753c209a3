import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import type { Microbatch, Shape } from '../../src/data/microbatch.ts';
import { meanSquares } from '../../src/goodness/mean-squares.ts';
import { minusMeanSquares } from '../../src/goodness/minus-mean-squares.ts';
import { sumSquares } from '../../src/goodness/sum-squares.ts';
import { type ForwardForwardOptions, forwardForward } from '../../src/layers/forward-forward.ts';
import { logistic } from '../../src/losses/logistic.ts';
import { symba } from '../../src/losses/symba.ts';
import { room } from '../kernels/workplace.ts';
import { type Case, forwardForwardGradients } from './autograd.ts';
import { affineRow, normalised, rectified, rowsFrom, squaresOf } from './oracle.ts';
import {
  activityOf,
  imagesOf,
  learn,
  type Made,
  madeOf,
  mustAgree,
  neutralRows,
  nextLabel,
  overlaid,
  recorder,
  shapeOf,
} from './workbench.ts';

const units = 17;
const first = shapeOf({ width: 30 });
const hidden = shapeOf({ width: 23, streams: 3, candidates: 4 });

const goodnesses = { mean: meanSquares(), sum: sumSquares(), minus: minusMeanSquares() };
/** the sharpness of mean goodness, made to fit */
const losses = (of: keyof typeof goodnesses) => {
  const per = of === 'sum' ? 1 / units : 1;
  const sign = of === 'minus' ? -1 : 1;
  return [
    {
      plan: logistic({ theta: (sign * 1.1) / per, alpha: 3 * per }),
      kind: 'logistic',
      theta: (sign * 1.1) / per,
      alpha: 3 * per,
    },
    { plan: symba({ alpha: 5 * per }), kind: 'symba', alpha: 5 * per },
  ] as const;
};

const cases = (['mean', 'sum', 'minus'] as const).flatMap((goodness) =>
  losses(goodness).flatMap((loss) =>
    [false, true].flatMap((neutral) => [6, 2].map((rows) => ({ goodness, loss, neutral, rows }))),
  ),
);
const title = '$goodness goodness, $loss.kind, neutral $neutral, $rows of 6 rows';

/** The next label stands for the wrong one, as in `nextLabel`. */
const nextOf = (m: Microbatch) => m.labels.map((label) => (label + 1) % m.shape.classes);

function oracle(made: Made, positive: Float32Array, negative: Float32Array, of: Partial<Case>) {
  const { width: inputs } = made.input;
  return forwardForwardGradients({
    ...{ inputs, units, positive, negative, rows: positive.length / inputs },
    ...{ w: made.weight, b: made.bias },
    ...(of as Pick<Case, 'goodness' | 'loss'>),
  });
}

async function made(input: Shape, options: Partial<ForwardForwardOptions>) {
  const optimiser = recorder();
  const index = input === first ? 0 : 1;
  const plan = forwardForward({ units, ...options });
  return {
    ...(await madeOf(plan, input, { index, optimiser, negatives: nextLabel() })),
    seen: optimiser.seen,
  };
}

describe('the first layer, fed with images that share a product', () => {
  it.each(cases)(
    `learns as autograd of whole rows does: ${title}`,
    async ({ goodness, loss, neutral, rows }) => {
      const layer = await made(first, { goodness: goodnesses[goodness], loss: loss.plan, neutral });
      const m = imagesOf(first, random(5), { rows });
      const expected = oracle(layer, overlaid(m, m.labels), overlaid(m, nextOf(m)), { goodness, loss });
      expect(learn(layer, m, room(layer.output))).toBeCloseTo(expected.loss, 4);
      mustAgree(layer.seen[0], expected.gradients[0]);
      mustAgree(layer.seen[1], expected.gradients[1]);
    },
  );

  it('sends the positive, the negative and the neutral row on, each at root mean square 1', async () => {
    const layer = await made(first, { neutral: true });
    const m = imagesOf(first, random(5), { rows: 5 });
    const to = room(layer.output);
    learn(layer, m, to);
    const whole = [overlaid(m, m.labels), overlaid(m, nextOf(m)), neutralRows(m)];
    const expected = whole.flatMap((x) =>
      rowsFrom(x, 30).flatMap((row) => normalised(rectified(affineRow(row, layer.weight, layer.bias)))),
    );
    mustAgree(to.activity.subarray(0, 3 * 5 * units), expected, 1e-5);
    expect([to.rows, to.sequence, to.purpose]).toEqual([5, 3, 'learn']);
    expect(to.labels).toEqual(m.labels);
  });

  it('needs negatives', async () => {
    await expect(madeOf(forwardForward({ units }), first, { index: 0 })).rejects.toThrow(
      new TypeError('a forward-forward pipeline must have negatives; got none'),
    );
  });
});

describe('a hidden layer', () => {
  it.each(cases)(`learns as autograd does: ${title}`, async ({ goodness, loss, neutral, rows }) => {
    const layer = await made(hidden, { goodness: goodnesses[goodness], loss: loss.plan, neutral });
    const m = activityOf(hidden, random(5), { rows });
    const block = rows * hidden.width;
    const [positive, negative] = [m.activity.slice(0, block), m.activity.slice(block, 2 * block)];
    const expected = oracle(layer, positive, negative, { goodness, loss });
    expect(learn(layer, m, room(layer.output))).toBeCloseTo(expected.loss, 4);
    mustAgree(layer.seen[0], expected.gradients[0]);
    mustAgree(layer.seen[1], expected.gradients[1]);
  });

  it('learns nothing of its neutral rows', async () => {
    const [one, other] = [await made(hidden, { neutral: true }), await made(hidden, { neutral: true })];
    const m = activityOf(hidden, random(5));
    learn(one, m);
    m.activity.fill(50, 2 * m.rows * hidden.width);
    learn(other, m);
    expect(other.seen).toEqual(one.seen);
  });

  it('learns the same as the last layer, which sends nothing on', async () => {
    const [one, other] = [await made(hidden, {}), await made(hidden, {})];
    const m = activityOf(hidden, random(5));
    const loss = learn(one, m, room(one.output));
    expect(learn(other, m)).toBe(loss);
    expect(other.seen).toEqual(one.seen);
  });
});

describe('peer normalisation', () => {
  const peer = { strength: 0.3, decay: 0.8 };

  it.each([first, hidden])(
    'adds −λ (mean m − mⱼ) / rows to ∂L/∂z of positive rows (width $width)',
    async (input) => {
      const [plainly, pulled] = [await made(input, {}), await made(input, { peer })];
      const means = new Array(units).fill(0.5);
      for (const [seed, rows] of [
        [5, 6],
        [6, 3],
      ]) {
        const m = (input === first ? imagesOf : activityOf)(input, random(seed), { rows });
        learn(plainly, m);
        learn(pulled, m);
        const whole = input === first ? overlaid(m, m.labels) : m.activity.slice(0, rows * input.width);
        const x = rowsFrom(whole, input.width);
        const h = x.map((row) => rectified(affineRow(row, pulled.weight, pulled.bias)));
        for (let j = 0; j < units; j++) {
          means[j] = 0.8 * means[j] + (0.2 * h.reduce((sum, row) => sum + row[j], 0)) / rows;
        }
        const mean = means.reduce((sum, value) => sum + value, 0) / units;
        const pull = means.map((value) => (-0.3 * (mean - value)) / rows);
        const weight = Array.from({ length: input.width }, (_, i) =>
          pull.map((p) => x.reduce((sum, row) => sum + row[i] * p, 0)),
        ).flat();
        mustAgree(
          pulled.seen[0].map((g, i) => g - plainly.seen[0][i]),
          weight,
        );
        mustAgree(
          pulled.seen[1].map((g, i) => g - plainly.seen[1][i]),
          pull.map((p) => p * rows),
        );
      }
    },
  );

  it('revives a dead unit: its gradient is not gated and asks for more', async () => {
    const [plainly, pulled] = [await made(hidden, {}), await made(hidden, { peer: {} })];
    for (const { layer } of [plainly, pulled]) {
      const parameters = layer.parameters();
      parameters[1].data[4] = -1e3;
      layer.load(parameters);
    }
    const m = activityOf(hidden, random(5));
    learn(plainly, m);
    learn(pulled, m);
    expect(plainly.seen[1][4]).toBe(0);
    expect(pulled.seen[1][4]).toBeLessThan(0);
  });

  it('pulls by 0.03 with means that keep 0.9, unless told otherwise', async () => {
    const [short, long] = [
      await made(hidden, { peer: {} }),
      await made(hidden, { peer: { strength: 0.03, decay: 0.9 } }),
    ];
    const m = activityOf(hidden, random(5));
    learn(short, m);
    learn(long, m);
    expect(short.seen).toEqual(long.seen);
  });
});

describe('options', () => {
  it('are refused out of range', () => {
    const says = (options: object, text: string) =>
      expect(() => forwardForward({ units, ...options })).toThrow(new RangeError(text));
    says({ units: 2.5 }, 'units of a layer must be a whole number, 1 or more; got 2.5');
    says({ peer: { strength: 0 } }, 'peer strength must be a finite number above 0; got 0');
    says({ peer: { decay: 1.5 } }, 'peer decay must be between 0 and 1; got 1.5');
  });

  it('refuse a feature without the neutral rows it is made of', () => {
    expect(() => forwardForward({ units, feature: true })).toThrow(
      new RangeError('neutral must be true in a layer with a feature; got undefined'),
    );
  });

  it('refuse neutral rows that the layer below doesn’t send', async () => {
    const two = shapeOf({ width: 23, streams: 2, candidates: 4, rows: 3, goodnessRows: 3 });
    await expect(made(two, { neutral: true })).rejects.toThrow(
      new RangeError('neutral must be true in every layer below one where it is; got false'),
    );
  });

  it('mean goodness and symba unless told otherwise', async () => {
    const layer = await made(hidden, {});
    const m = activityOf(hidden, random(5));
    const [g, n] = [0, 1].map((block) =>
      rowsFrom(m.activity.slice(block * 6 * 23, (block + 1) * 6 * 23), 23).map(
        (row) => squaresOf(rectified(affineRow(row, layer.weight, layer.bias))) / units,
      ),
    );
    const expected = g.reduce((sum, up, r) => sum + Math.log1p(Math.exp(-25 * (up - n[r]))), 0) / 6;
    expect(learn(layer, m)).toBeCloseTo(expected, 3);
  });
});
