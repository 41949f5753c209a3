import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/core/matrix.ts';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { sumSquares } from '../../src/goodness/sum-squares.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import { labelledImageInput } from '../../src/layers/parts/labelled-image-input.ts';
import { logistic } from '../../src/losses/logistic.ts';
import { symba } from '../../src/losses/symba.ts';
import { hardLabel } from '../../src/negatives/hard-label.ts';
import { plain } from '../../src/tiles/plain.ts';
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
  shapeOf,
} from './workbench.ts';

const [inputs, units, classes] = [40, 9, 10];
const shape = shapeOf({ width: inputs, classes, rows: 20, goodnessRows: 4 });

async function shared() {
  const maker = await make(plain(), arena);
  const tile = maker.tile(inputs, units);
  tile.weights.set(normals(inputs * units, random(2)));
  tile.written();
  const bias = within(normals(units, random(3)));
  const negatives = nextLabel();
  const input = labelledImageInput({
    ...simdPlace,
    ...{ tile, shape, bias, negatives, random: random(4), sharpness: 1 },
  });
  const whole = (x: Float32Array) => {
    const z = zeros(x.length / inputs, units);
    tile.read(matrix(x.length / inputs, inputs, x), z);
    return z.data;
  };
  return { tile, input, whole };
}

/** a matrix in the arena */
const zeros = (rows: number, columns: number) => matrix(rows, columns, arena.floats(rows * columns));

const next = (label: number) => (label + 1) % classes;

describe('the shared product', () => {
  it.each([1, 13, 20])(
    'is the product of whole rows, positive, negative and neutral (%d rows)',
    async (rows) => {
      const { input, whole } = await shared();
      const m = imagesOf(shape, random(1), { rows });
      const z = zeros(3 * rows, units);
      input.read(m, z);
      const block = (b: number) => z.data.subarray(b * rows * units, (b + 1) * rows * units);
      mustAgree(block(0), whole(overlaid(m, m.labels)), 1e-6);
      mustAgree(block(1), whole(overlaid(m, m.labels.map(next))), 1e-6);
      mustAgree(block(2), whole(neutralRows(m)), 1e-6);
    },
  );

  it('is the product of whole rows for all ten labels, and for the neutral one alone', async () => {
    const { input, whole, tile } = await shared();
    const m = imagesOf(shape, random(1), { rows: 4, purpose: 'goodness' });
    const z = zeros(classes * 4, units);
    input.read(m, z);
    expect(tile.macs).toBe(4 * inputs * units);
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

  it('gives the gradient of whole rows: X⁺ᵀδ⁺ + X⁻ᵀδ⁻', async () => {
    const { input, tile } = await shared();
    const m = imagesOf(shape, random(1), { rows: 13 });
    const wrong = arena.shorts(13);
    input.read(m, zeros(2 * 13, units), wrong);
    expect([...wrong]).toEqual([...m.labels.slice(0, 13).map(next)]);
    const delta = matrix(2 * 13, units, within(normals(2 * 13 * units, random(6))));
    const [expected, got] = [zeros(inputs, units), zeros(inputs, units)];
    const both = Float32Array.of(...overlaid(m, m.labels), ...overlaid(m, m.labels.map(next)));
    tile.correlate(matrix(2 * 13, inputs, both), delta, expected);
    input.correlate(m, delta, got, wrong);
    mustAgree(got.data, expected.data, 1e-6);
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
    made.weight.fill(-1, 0, classes * units);
    made.weight.fill(30, 3 * units, 4 * units); // label 3 excites every unit
    made.layer.load(made.layer.parameters());
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
