import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/core/matrix.ts';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { sumSquares } from '../../src/goodness/sum-squares.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { labelledInput } from '../../src/layers/parts/labelled-input.ts';
import { logistic } from '../../src/losses/logistic.ts';
import { symba } from '../../src/losses/symba.ts';
import { hardLabel } from '../../src/negatives/hard-label.ts';
import type { Tile } from '../../src/tiles/tile.ts';
import { arena, room, simdPlace, within } from '../kernels/workplace.ts';
import { affineRow, rectified, rowsFrom, squaresOf } from './oracle.ts';
import {
  imagesOf,
  learn,
  madeOf,
  mustAgree,
  neutralRows,
  nextLabel,
  normals,
  overlaid,
  recorder,
  shapeOf,
  tilesOn,
} from './workbench.ts';

const [inputs, units, classes] = [40, 9, 10];
const shape = shapeOf({ width: inputs, classes, rows: 20, goodnessRows: 4 });

const ways = ['shared', 'row by row'] as const;

/** A tile that moves nothing, whose images share a product or are read row by row, with what it was taught last. */
async function inputOf(way: (typeof ways)[number]) {
  const seen = recorder();
  const maker = await tilesOn(simdPlace);
  const made = maker.tile({
    name: 'layer0',
    ...{ inputs, units, random: random(1), optimiser: seen, horizon: 1, clock: () => 0 },
    weights: normals(inputs * units, random(2)),
  });
  const { exact, ...rest } = made;
  const tile: Tile = way === 'shared' ? made : rest;
  const bias = within(normals(units, random(3)));
  const negatives = nextLabel(true);
  const input = labelledInput({
    ...simdPlace,
    ...{ tile, shape, bias, negatives, random: random(4), sharpness: 1 },
  });
  const whole = (x: Float32Array) => {
    const z = zeros(x.length / inputs, units);
    made.read(matrix(x.length / inputs, inputs, x), z);
    return z.data;
  };
  const taught = () => {
    made.update();
    return seen.seen[0];
  };
  return { tile: made, input, whole, taught, bias, negatives };
}

/** a matrix in the arena */
const zeros = (rows: number, columns: number) => matrix(rows, columns, arena.floats(rows * columns));

const next = (label: number) => (label + 1) % classes;

describe.each(ways)('labelled images, %s', (way) => {
  it.each([1, 13, 20])('are read as whole rows, positive, negative and neutral (%d rows)', async (rows) => {
    const { input, whole } = await inputOf(way);
    const m = imagesOf(shape, random(1), { rows });
    const z = zeros(3 * rows, units);
    input.read(m, z);
    const block = (b: number) => z.data.subarray(b * rows * units, (b + 1) * rows * units);
    mustAgree(block(0), whole(overlaid(m, m.labels)), 1e-6);
    mustAgree(block(1), whole(overlaid(m, m.labels.map(next))), 1e-6);
    mustAgree(block(2), whole(neutralRows(m)), 1e-6);
  });

  it('are read as whole rows for all ten labels, and for the neutral one alone', async () => {
    const { input, whole, tile } = await inputOf(way);
    const m = imagesOf(shape, random(1), { rows: 4, purpose: 'goodness' });
    const z = zeros(classes * 4, units);
    input.read(m, z);
    expect(tile.macs).toBe((way === 'shared' ? 1 : classes) * 4 * inputs * units);
    for (let c = 0; c < classes; c++) {
      mustAgree(
        z.data.subarray(c * 4 * units, (c + 1) * 4 * units),
        whole(overlaid(m, Array(4).fill(c))),
        1e-6,
      );
    }
    m.purpose = 'onePass';
    const one = zeros(4, units);
    input.read(m, one);
    mustAgree(one.data, whole(neutralRows(m)), 1e-6);
  });

  it('teach the gradient of whole rows, X⁺ᵀδ⁺ + X⁻ᵀδ⁻, the mean of several microbatches', async () => {
    const [one, other] = [await inputOf(way), await inputOf(way)];
    const expected = new Float32Array(inputs * units);
    for (const seed of [1, 2]) {
      const m = imagesOf(shape, random(seed), { rows: 13 });
      const wrong = arena.shorts(13);
      one.input.read(m, zeros(2 * 13, units), wrong);
      expect([...wrong]).toEqual([...m.labels.slice(0, 13).map(next)]);
      const delta = normals(2 * 13 * units, random(6 + seed));
      const both = Float32Array.of(...overlaid(m, m.labels), ...overlaid(m, m.labels.map(next)));
      other.tile.correlate(matrix(2 * 13, inputs, both), matrix(2 * 13, units, delta));
      for (const [i, g] of other.taught().entries()) expected[i] += g / 2;
      one.input.read(imagesOf(shape, random(9), { rows: 4, purpose: 'goodness' }), zeros(40, units));
      one.input.correlate(m, matrix(2 * 13, units, within(delta)), wrong);
    }
    mustAgree(one.taught(), expected, 1e-5);
  });

  it('give hard negatives the sum of squares of every label', async () => {
    const { input, negatives, whole, bias } = await inputOf(way);
    const m = imagesOf(shape, random(1), { rows: 7 });
    input.read(m, zeros(2 * 7, units), arena.shorts(7));
    for (let c = 0; c < classes; c++) {
      const good = rowsFrom(whole(overlaid(m, Array(7).fill(c))), units).map((z) =>
        squaresOf(rectified(z.map((value, j) => value + bias[j]))),
      );
      mustAgree(
        good.map((_, r) => negatives.opinion?.[r * classes + c] as number),
        good,
        1e-5,
      );
    }
  });

  it('refuse a label that is no class, and negatives that draw the true label or none', async () => {
    const { input, negatives } = await inputOf(way);
    const m = imagesOf(shape, random(1), { rows: 3 });
    const read = () => input.read(m, zeros(2 * 3, units), arena.shorts(3));
    m.labels.set([4, 5, 10]);
    expect(read).toThrow(new RangeError('label must be a class from 0 to 9; got 10'));
    m.labels.set([4, 5, 6]);
    for (const label of [5, 10, 65_535]) {
      negatives.draw = (_truth, _rows, _classes, _opinion, _random, into) => into.fill(label);
      expect(read).toThrow(
        new RangeError(
          `wrong label drawn by negatives 'next label' must be a class from 0 to 9 other than the true one, ${label === 5 ? 5 : 4}; got ${label}`,
        ),
      );
    }
    Object.assign(negatives, { drawnBy: 'source' });
    m.wrong.set([1, 5, 1]);
    expect(read).toThrow('other than the true one, 5; got 5');
    m.wrong.set([1, 2, 1]);
    expect(read).not.toThrow();
  });
});

describe('ten labels at once', () => {
  it('are ten separate passes', async () => {
    const made = await madeOf(forwardForward({ units }), shape, { index: 0, negatives: nextLabel() });
    const m = imagesOf(shape, random(1), { rows: 4, purpose: 'goodness' });
    const all = room(made.output);
    made.layer.predict(m, all);
    m.purpose = 'learn';
    for (let c = 0; c < classes; c++) {
      m.labels.fill(c);
      const alone = room(made.output);
      made.layer.forward(m, alone, made.layer.memory());
      const block = 4 * units;
      expect(all.activity.slice(c * block, (c + 1) * block)).toEqual(alone.activity.slice(0, block));
      const good = rowsFrom(overlaid(m, m.labels), inputs).map(
        (row) => squaresOf(rectified(affineRow(row, made.weight, made.bias))) / units,
      );
      mustAgree(
        [0, 1, 2, 3].map((r) => all.scores[r * classes + c]),
        good,
        1e-5,
      );
    }
  });
});

describe('the opinion from which hard labels are drawn', () => {
  it.each([
    { loss: symba({ alpha: 4 }), goodness: undefined, alpha: 4 },
    { loss: logistic({ alpha: 0.5 }), goodness: sumSquares(), alpha: 0.5 },
  ])('is α times the layer’s own goodness ($loss.name)', async ({ loss, goodness, alpha }) => {
    const negatives = nextLabel(true);
    const plan = forwardForward({ units, loss, ...(goodness ? { goodness } : {}) });
    const made = await madeOf(plan, shape, { index: 0, negatives });
    const m = imagesOf(shape, random(1), { rows: 4, purpose: 'goodness' });
    const all = room(made.output);
    made.layer.predict(m, all);
    m.purpose = 'learn';
    learn(made, m);
    const opinion = negatives.opinion as Float32Array;
    mustAgree(
      opinion,
      all.scores.slice(0, 4 * classes).map((g) => alpha * g),
      1e-6,
    );
  });

  it('makes the negative the plausible label', async () => {
    const negatives = await make(hardLabel());
    const made = await madeOf(forwardForward({ units }), shape, { index: 0, negatives });
    const [weight, bias] = made.layer.parameters();
    weight.data.fill(-1, 0, classes * units);
    weight.data.fill(30, 3 * units, 4 * units); // label 3 excites every unit
    made.layer.load([weight, bias]);
    const m = imagesOf(shape, random(1));
    m.labels.fill(7);
    const loss = made.layer.forward(m, undefined, made.layer.memory()) as number;
    const good = (label: number) =>
      rowsFrom(overlaid(m, Array(20).fill(label)), inputs).map(
        (row) => squaresOf(rectified(affineRow(row, made.weight, made.bias))) / units,
      );
    const [up, down] = [good(7), good(3)];
    const expected = up.reduce((sum, g, r) => sum + 25 * (down[r] - g), 0) / 20;
    expect(loss / expected).toBeCloseTo(1, 4);
  });
});
