import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { arrays } from '../../src/core/state.ts';
import type { Microbatch } from '../../src/data/microbatch.ts';
import { sumSquares } from '../../src/goodness/sum-squares.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import type { LossPlan } from '../../src/losses/loss.ts';
import { symba } from '../../src/losses/symba.ts';
import type { Optimiser } from '../../src/optimisers/optimiser.ts';
import { room } from '../kernels/workplace.ts';
import { affineRow, normalised, rectified, rowsFrom, sigmoid, squaresOf } from './oracle.ts';
import { positiveOnly } from './positive-only.ts';
import { activityOf, learn, type Made, madeOf, mustAgree, recorder, shapeOf } from './workbench.ts';

/** Plain descent at a rate that the test sets when it knows what it wants; arrays after the first may be left alone. */
function descent(alone: boolean): Optimiser & { now: number } {
  let made = 0;
  return {
    name: 'descent',
    now: 0,
    rate() {
      return this.now;
    },
    stepper(size) {
      const still = alone && made++ > 0;
      return {
        ...arrays({}),
        step(weights, gradient, rate) {
          if (!still) for (let i = 0; i < size; i++) weights[i] -= rate * gradient[i];
        },
      };
    },
  };
}

/** The goodness that the layer itself gives the first row of `m`. */
function goodnessOf({ layer, output }: Made, m: Microbatch): number {
  const purpose = m.purpose;
  m.purpose = 'goodness';
  const to = room(output);
  layer.predict(m, to);
  m.purpose = purpose;
  return to.scores[0];
}

/** What the layer sends on of `m`. */
function sentOf({ layer, output }: Made, m: Microbatch): Float32Array {
  const to = room(output);
  layer.forward(m, to, layer.memory());
  return to.activity.slice(0, m.rows * output.width);
}

describe('one update', () => {
  it('is −rate · x̂ᵀδ with δ = ∂L/∂g · 2 · weight · h', async () => {
    const [rows, inputs, units, alpha, rate] = [4, 9, 5, 3, 0.05];
    const optimiser = Object.assign(descent(false), { now: rate });
    const shape = shapeOf({ width: inputs, rows, streams: 2, candidates: 4, goodnessRows: 2 });
    const made = await madeOf(forwardForward({ units, loss: symba({ alpha }) }), shape, { optimiser });
    const m = activityOf(shape, random(3));
    const [w, b] = [Array.from(made.weight), Array.from(made.bias)];
    const x = rowsFrom(m.activity, inputs);
    const h = x.map((row) => rectified(affineRow(row, w, b)));
    const g = h.map((row) => squaresOf(row) / units);
    const delta = h.map((row, at) => {
      const r = at % rows;
      const slope = alpha * sigmoid(-alpha * (g[r] - g[rows + r])) * (at < rows ? -1 : 1);
      return row.map((value) => (slope * 2 * value) / units / rows);
    });
    learn(made, m);
    const moved = made.weight.map((value, i) => value - w[i]);
    const expected = w.map(
      (_, i) =>
        -rate *
        delta.slice(0, 2 * rows).reduce((s, d, at) => s + x[at][Math.floor(i / units)] * d[i % units], 0),
    );
    mustAgree(moved, expected);
    mustAgree(
      made.bias.map((value, j) => value - b[j]),
      b.map((_, j) => -rate * delta.slice(0, 2 * rows).reduce((s, d) => s + d[j], 0)),
    );
  });
});

const singles = fc.record({
  inputs: fc.integer({ min: 1, max: 40 }),
  units: fc.integer({ min: 1, max: 30 }),
  seed: fc.nat(),
  /** S* / S */
  ratio: fc.double({ min: 0.25, max: 9, noNaN: true }),
});

describe.each([
  { title: 'with the bias left alone', alone: true },
  { title: 'with the bias as a weight on an input of 1', alone: false },
])('an update from a single case, $title', ({ alone }) => {
  /** ‖x̂‖² counts the input of 1 on which a bias that learns is the weight. */
  const single = async (inputs: number, units: number, seed: number) => {
    const shape = shapeOf({ width: inputs, rows: 1, goodnessRows: 1, streams: 2, candidates: 2, classes: 2 });
    const optimiser = descent(alone);
    const options = { units, goodness: sumSquares(), loss: positiveOnly() };
    const made = await madeOf(forwardForward(options), shape, { optimiser, seed });
    const m = activityOf(shape, random(seed).fork('x'));
    m.activity.set(normalised([...m.activity.subarray(0, inputs)].map((x) => x + 0.01)));
    const length = squaresOf([...m.activity.subarray(0, inputs)]) + (alone ? 0 : 1);
    return { made, m, optimiser, length };
  };

  it('by η = (√(S*/S) − 1) / ‖x̂‖² makes the goodness S* and leaves what is sent on as it was', async () => {
    await fc.assert(
      fc.asyncProperty(singles, async ({ inputs, units, seed, ratio }) => {
        const { made, m, optimiser, length } = await single(inputs, units, seed);
        const before = goodnessOf(made, m);
        fc.pre(before > 1e-2);
        optimiser.now = (Math.sqrt(ratio) - 1) / length;
        const emitted = room(made.output);
        learn(made, m, emitted);
        expect(goodnessOf(made, m) / before).toBeCloseTo(ratio, 3);
        mustAgree(sentOf(made, m), emitted.activity.subarray(0, units), 1e-4);
      }),
      { numRuns: 60 },
    );
  });

  it('doesn’t change what the layer above learns, fed before the update or after', async () => {
    const { made, m, optimiser } = await single(20, 12, 4);
    optimiser.now = 0.3;
    const gradients = await Promise.all(
      [0, 1].map(async () => {
        const seen = recorder();
        const above = await madeOf(forwardForward({ units: 8 }), made.output, { index: 2, optimiser: seen });
        return { above, seen: seen.seen };
      }),
    );
    const [before, after] = [room(made.output), room(made.output)];
    learn(made, m, before);
    made.layer.forward(m, after, made.layer.memory());
    for (const sent of [before, after]) sent.activity.fill(0.5, 12, 24); // the same negative row for both
    learn(gradients[0].above, before);
    learn(gradients[1].above, after);
    mustAgree(gradients[1].seen[0], gradients[0].seen[0]);
  });
});

describe('an update from a microbatch of 16', () => {
  /** mean angle between what is sent on of a row before and after an update, in radians */
  const angleAfter = async (rate: number, loss: LossPlan = positiveOnly()): Promise<number> => {
    const shape = shapeOf({ width: 30, rows: 16, goodnessRows: 8, streams: 2, candidates: 4 });
    const optimiser = Object.assign(descent(false), { now: rate });
    const options = { units: 20, goodness: sumSquares(), loss };
    const made = await madeOf(forwardForward(options), shape, { optimiser });
    const m = activityOf(shape, random(9));
    const before = rowsFrom(sentOf(made, m), 20);
    learn(made, m);
    const after = rowsFrom(sentOf(made, m), 20);
    const angles = before.map((row, r) => {
      const cosine = row.reduce((sum, value, j) => sum + value * after[r][j], 0) / 20;
      return Math.acos(Math.min(1, cosine));
    });
    return angles.reduce((sum, angle) => sum + angle, 0) / 16;
  };

  it('turns what is sent on, by little for a small rate and in proportion to it', async () => {
    const [one, two] = [await angleAfter(0.001), await angleAfter(0.002)];
    expect(one).toBeGreaterThan(1e-3);
    expect(one).toBeLessThan(2e-2);
    expect(two / one).toBeGreaterThan(1.8);
    expect(two / one).toBeLessThan(2.2);
  });
});
