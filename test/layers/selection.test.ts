import { describe, expect, test } from 'vitest';
import { random } from '../../src/core/random.ts';
import type { Microbatch, Shape } from '../../src/data/microbatch.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { directFeedback } from '../../src/layers/direct-feedback.ts';
import { forwardForward } from '../../src/layers/forward-forward.ts';
import type { LayerPlan } from '../../src/layers/layer.ts';
import { monoForward } from '../../src/layers/mono-forward.ts';
import { crossEntropyHead } from '../../src/layers/softmax.ts';
import { above } from '../../src/selections/above.ts';
import { sampled } from '../../src/selections/sampled.ts';
import type { SelectionPlan } from '../../src/selections/selection.ts';
import { room } from '../kernels/workplace.ts';
import { none } from '../selections/none.ts';
import { activityOf, imagesOf, madeOf, mustAgree, nextLabel, recorder, shapeOf } from './workbench.ts';

/** What a layer teaches with one microbatch: its gradients, and how many samples it learned from. */
async function taught(plan: LayerPlan, from: Microbatch, index: number, passes = 1) {
  const optimiser = recorder();
  const made = await madeOf(plan, from.shape, { index, optimiser, negatives: nextLabel() });
  const memory = made.layer.memory();
  const all: Float32Array[][] = [];
  let kept: number | undefined;
  for (let pass = 0; pass < passes; pass++) {
    for (const [i] of optimiser.seen.entries()) optimiser.seen[i] = new Float32Array(0);
    made.layer.forward(from, undefined, memory);
    kept = made.layer.gradient(from, memory) ?? undefined;
    made.layer.update();
    all.push(optimiser.seen.map((one) => one.slice()));
  }
  return { gradients: all[0], all, kept };
}

/** The rows of a microbatch with these numbers, as a microbatch of their own. */
function rowsOf(from: Microbatch, samples: readonly number[]): Microbatch {
  const to = room(from.shape);
  const { width } = from.shape;
  Object.assign(to, { rows: samples.length, purpose: from.purpose, sequence: from.sequence });
  const blocks = from.activity.length / (from.rows * width);
  for (const [i, r] of samples.entries()) {
    to.labels[i] = from.labels[r];
    to.amplitude[i] = from.amplitude[r];
    for (let b = 0; b < Math.floor(blocks); b++)
      to.activity.set(
        from.activity.subarray((b * from.rows + r) * width, (b * from.rows + r + 1) * width),
        (b * samples.length + i) * width,
      );
  }
  return to;
}

const first: Shape = shapeOf({ width: 20 });
const inner: Shape = shapeOf({ width: 12, streams: 2, candidates: 4 });
const single: Shape = shapeOf({ width: 12 });
const rules: readonly [string, (select?: SelectionPlan) => LayerPlan, () => Microbatch, number][] = [
  [
    'a first Forward-Forward layer',
    (select) => forwardForward({ units: 7, select }),
    () => imagesOf(first, random(1)),
    0,
  ],
  [
    'a later Forward-Forward layer',
    (select) => forwardForward({ units: 7, select }),
    () => activityOf(inner, random(2)),
    1,
  ],
  [
    'a Mono-Forward layer',
    (select) => monoForward({ units: 7, select }),
    () => activityOf(single, random(3)),
    1,
  ],
  [
    'a cross-entropy head',
    (select) => crossEntropyHead({ classes: 4, select }),
    () => activityOf(single, random(4)),
    1,
  ],
];

/** The samples that a threshold leaves, tried one by one: those that a microbatch of one sample learns from. */
async function steep(
  plan: (select?: SelectionPlan) => LayerPlan,
  from: Microbatch,
  index: number,
  share: number,
) {
  const kept: number[] = [];
  for (let r = 0; r < from.rows; r++) {
    const alone = await taught(plan(above(share)), rowsOf(from, [r]), index);
    if (alone.kept === 1) kept.push(r);
  }
  return kept;
}

describe.each(rules)('%s', (_name, plan, from, index) => {
  test('learns from the samples chosen as if the others were masked', async () => {
    for (const share of [0.3, 0.5, 0.7, 0.9]) {
      const samples = await steep(plan, from(), index, share);
      const chosen = await taught(plan(above(share)), from(), index);
      expect(chosen.kept).toBe(samples.length);
      if (samples.length === 0) continue;
      const masked = await taught(plan(), rowsOf(from(), samples), index);
      for (const [i, gradient] of chosen.gradients.entries())
        mustAgree(
          gradient,
          masked.gradients[i].map((one) => (one * samples.length) / 6),
          1e-6,
        );
    }
  });

  test('makes no step where no sample is left', async () => {
    const { gradients, kept } = await taught(plan(none()), from(), index);
    expect(kept).toBe(0);
    for (const gradient of gradients) expect(gradient.length).toBe(0);
  });

  test('sampled, it learns the same on average: 20,000 draws within 4 standard errors', {
    timeout: 60_000,
  }, async () => {
    const [{ gradients: whole }] = [await taught(plan(), from(), index)];
    const draws = 20_000;
    const { all } = await taught(plan(sampled(0.8)), from(), index, draws);
    for (const [i, expected] of whole.entries()) {
      for (let j = 0; j < expected.length; j++) {
        let [sum, squares] = [0, 0];
        for (const one of all) {
          const value = one[i][j] ?? 0;
          sum += value;
          squares += value * value;
        }
        const mean = sum / draws;
        const error = Math.sqrt(Math.max(0, squares / draws - mean * mean) / draws);
        expect(Math.abs(mean - expected[j])).toBeLessThanOrEqual(4 * error + 1e-6);
      }
    }
  });
});

test.each([
  ['backprop', () => backprop({ units: 12 })],
  ['direct feedback', () => directFeedback({ units: 12 })],
] as const)(
  'what a head chose, a layer of %s below it goes back for alone, and tells the next',
  async (rule, hidden) => {
    const below = shapeOf({ width: 9 });
    const run = async (gradientRows: readonly number[] | undefined) => {
      const optimiser = recorder();
      const made = await madeOf(hidden(), below, { index: 1, optimiser });
      const from = activityOf(below, random(8));
      const memory = made.layer.memory();
      made.layer.forward(from, undefined, memory);
      const above = activityOf(shapeOf({ width: 12 }), random(9));
      const [down, none] = [room(below), above.activity.slice()];
      for (let r = 0; r < 6; r++) {
        const kept = gradientRows === undefined ? [1, 4] : gradientRows;
        const at = kept.indexOf(r);
        if (gradientRows === undefined && at < 0) above.activity.fill(0, r * 12, (r + 1) * 12);
        if (gradientRows !== undefined && at >= 0)
          above.activity.set(none.subarray(r * 12, (r + 1) * 12), at * 12);
      }
      if (gradientRows !== undefined) {
        above.rows = gradientRows.length;
        above.chosen.set(gradientRows);
      }
      down.rows = 6;
      made.layer.backward?.(above, down, memory);
      const kept = made.layer.gradient(from, memory);
      made.layer.update();
      return { gradients: optimiser.seen, kept, down };
    };
    const masked = await run(undefined);
    const chosen = await run([1, 4]);
    expect(masked.kept).toBeUndefined();
    expect(chosen.kept).toBe(2);
    for (const [i, gradient] of chosen.gradients.entries()) mustAgree(gradient, masked.gradients[i], 1e-6);
    expect(chosen.down.rows).toBe(2);
    expect([...chosen.down.chosen.subarray(0, 2)]).toEqual([1, 4]);
    const columns = rule === 'backprop' ? 9 : 4;
    for (const [i, r] of [1, 4].entries())
      for (let j = 0; j < columns; j++)
        expect(chosen.down.activity[i * 9 + j]).toBeCloseTo(masked.down.activity[r * 9 + j], 6);
    const none = await run([]);
    expect(none.kept).toBe(0);
    for (const gradient of none.gradients) expect(gradient.length).toBe(0);
  },
);
