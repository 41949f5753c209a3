import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import type { Microbatch } from '../../src/data/microbatch.ts';
import { meanSquares } from '../../src/goodness/mean-squares.ts';
import { sumSquares } from '../../src/goodness/sum-squares.ts';
import { type ForwardForwardOptions, forwardForward } from '../../src/layers/forward-forward.ts';
import type { LayerPlan } from '../../src/layers/layer.ts';
import { softmaxReadout } from '../../src/layers/softmax.ts';
import { room } from '../kernels/workplace.ts';
import { affineRow, normalised, type Row, rectified, rowsFrom, squaresOf } from './oracle.ts';
import {
  imagesOf,
  type Made,
  madeOf,
  mustAgree,
  neutralRows,
  nextLabel,
  overlaid,
  shapeOf,
} from './workbench.ts';

const [width, classes] = [30, 4];
const images = shapeOf({ width, classes, rows: 8, goodnessRows: 5 });

/** Layers one above the other, each as wide as what the one below emits. */
async function stack(...plans: LayerPlan[]): Promise<Made[]> {
  const made: Made[] = [];
  for (const [index, plan] of plans.entries()) {
    const input = made[index - 1]?.output ?? images;
    made.push(await madeOf(plan, input, { index, negatives: nextLabel() }));
  }
  return made;
}

const layer = (units: number, options: Partial<ForwardForwardOptions> = {}) =>
  forwardForward({ units, ...options });

/** Sends a microbatch through every layer; each place in between holds noise from a use before. */
function predict(layers: readonly Made[], from: Microbatch): Microbatch {
  let input = from;
  for (const { layer, output } of layers) {
    const to = room(output);
    for (const room of [to.activity, to.scores, to.features]) room.fill(Number.NaN);
    layer.predict(input, to);
    input = to;
  }
  return input;
}

/** h of every layer for one whole row, in float64. */
function activities(layers: readonly Made[], x: Row): Row[] {
  let below = x;
  return layers.map(({ weight, bias }) => {
    const h = rectified(affineRow(below, weight, bias));
    below = normalised(h);
    return h;
  });
}

/** goodness of each label of each row, from the layers chosen [rows · classes] */
function goodnesses(
  layers: readonly Made[],
  m: Microbatch,
  count: (h: Row, layer: number) => number,
): number[] {
  const scores = new Array(m.rows * classes).fill(0);
  for (let c = 0; c < classes; c++) {
    for (const [r, x] of rowsFrom(overlaid(m, Array(m.rows).fill(c)), width).entries()) {
      for (const [l, h] of activities(layers, x).entries()) scores[r * classes + c] += count(h, l);
    }
  }
  return scores;
}

const tryLabels = (rows = 5) => imagesOf(images, random(8), { rows, purpose: 'goodness' });
const onePass = (rows = 8) => imagesOf(images, random(8), { rows, purpose: 'onePass' });

describe('by goodness', () => {
  it.each([5, 2])('scores add up over the layers (%d rows)', async (rows) => {
    const layers = await stack(layer(12), layer(9), layer(7));
    const m = tryLabels(rows);
    const out = predict(layers, m);
    expect([out.rows, out.sequence, out.purpose]).toEqual([rows, m.sequence, 'goodness']);
    expect(out.labels).toEqual(m.labels);
    const expected = goodnesses(layers, m, (h) => squaresOf(h) / h.length);
    mustAgree(out.scores.subarray(0, rows * classes), expected, 1e-5);
  });

  it('sums of squares count as sums', async () => {
    const layers = await stack(layer(12, { goodness: sumSquares() }), layer(9, { goodness: meanSquares() }));
    const m = tryLabels();
    const expected = goodnesses(layers, m, (h, l) => squaresOf(h) / (l === 0 ? 1 : h.length));
    mustAgree(predict(layers, m).scores.subarray(0, 5 * classes), expected, 1e-5);
  });

  it('a layer with scored: false is left out', async () => {
    const layers = await stack(layer(12, { scored: false }), layer(9), layer(7, { scored: false }), layer(6));
    const m = tryLabels();
    const expected = goodnesses(layers, m, (h, l) => (l % 2 === 1 ? squaresOf(h) / h.length : 0));
    mustAgree(predict(layers, m).scores.subarray(0, 5 * classes), expected, 1e-5);
  });
});

describe('in one pass', () => {
  const three = () =>
    stack(
      layer(12, { neutral: true }),
      layer(9, { neutral: true, feature: true }),
      layer(7, { neutral: true, feature: true }),
    );

  it.each([8, 3])(
    'features are the neutral row’s normalised activities, in the order of the layers (%d rows)',
    async (rows) => {
      const layers = await three();
      const m = onePass(rows);
      const out = predict(layers, m);
      const expected = rowsFrom(neutralRows(m), width).flatMap((x) =>
        activities(layers, x).slice(1).flatMap(normalised),
      );
      mustAgree(out.features.subarray(0, rows * (9 + 7)), expected, 1e-5);
    },
  );

  it('are the same features while learning', async () => {
    const layers = await three();
    const m = onePass();
    const predicted = predict(layers, m);
    m.purpose = 'learn';
    let input = m;
    for (const { layer: learner, output } of layers) {
      const to = room(output);
      learner.forward(input, to, learner.memory());
      input = to;
    }
    mustAgree(input.features, predicted.features, 1e-5);
  });

  it('features pass a layer that adds none, while learning too', async () => {
    const layers = await stack(
      layer(12, { neutral: true, feature: true }),
      layer(9),
      layer(7, { scored: false }),
    );
    const m = onePass();
    const expected = rowsFrom(neutralRows(m), width).flatMap((x) => normalised(activities(layers, x)[0]));
    mustAgree(predict(layers, m).features, expected, 1e-5);
    m.purpose = 'learn';
    let input = m;
    for (const { layer: learner, output } of layers) {
      const to = room(output);
      learner.forward(input, to, learner.memory());
      input = to;
    }
    mustAgree(input.features, expected, 1e-5);
  });

  it('a readout gives logits: the features times its weights, and the bias', async () => {
    const layers = await stack(
      layer(12, { neutral: true, feature: true }),
      layer(9, { neutral: true, feature: true }),
      softmaxReadout({ classes }),
    );
    const m = onePass(6);
    const out = predict(layers, m);
    const readout = layers[2];
    const expected = rowsFrom(neutralRows(m), width).flatMap((x) => {
      const features = activities(layers.slice(0, 2), x).flatMap(normalised);
      return affineRow(features, readout.weight, readout.bias);
    });
    mustAgree(out.scores.subarray(0, 6 * classes), expected, 1e-5);
  });

  it('a readout leaves the scores of every label’s goodness as they are', async () => {
    const layers = await stack(layer(12, { neutral: true, feature: true }), softmaxReadout({ classes }));
    const m = tryLabels();
    const expected = goodnesses(layers.slice(0, 1), m, (h) => squaresOf(h) / h.length);
    mustAgree(predict(layers, m).scores.subarray(0, 5 * classes), expected, 1e-5);
  });
});
