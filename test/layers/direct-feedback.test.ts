import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { firstOf } from '../../src/data/dataset.ts';
import { pixels } from '../../src/data/encoding.ts';
import type { Shape } from '../../src/data/microbatch.ts';
import { backprop } from '../../src/layers/backprop.ts';
import { directFeedback } from '../../src/layers/direct-feedback.ts';
import { crossEntropyHead } from '../../src/layers/softmax.ts';
import { inline } from '../../src/runtimes/inline.ts';
import { workers } from '../../src/runtimes/workers.ts';
import { gpipe } from '../../src/schedules/gpipe.ts';
import { pipedream } from '../../src/schedules/pipedream.ts';
import { zbH1 } from '../../src/schedules/zb-h1.ts';
import { room } from '../kernels/workplace.ts';
import { blockingBackprop, hashOf, test, traceOf, train } from '../runtimes/runs.ts';
import { activityOf, madeOf, mustAgree, recorder, shapeOf } from './workbench.ts';

const classes = 4;
const [width, rows, first, second] = [9, 5, 7, 6];
const shape = shapeOf({ width, rows, classes });
const gradientOf = (of: Shape) =>
  Object.assign(room({ ...of, streams: 1, candidates: 0, features: 0 }), { rows });

/** x·W + b, row by row, in float64 */
const affineOf = (x: readonly number[][], w: Float32Array, b: Float32Array): number[][] =>
  x.map((row) => [...b].map((bias, j) => row.reduce((sum, v, i) => sum + v * w[i * b.length + j], bias)));
/** xᵀδ */
const outer = (x: readonly number[][], delta: readonly number[][]): number[] =>
  x[0].flatMap((_, i) => delta[0].map((_, j) => x.reduce((sum, row, r) => sum + row[i] * delta[r][j], 0)));
const rectified = (z: readonly number[][]) => z.map((row) => row.map((v) => Math.max(0, v)));
const feedbackOf = (layer: { state?(): Readonly<Record<string, ArrayLike<number>>> }): number[] =>
  Array.from(layer.state?.().feedback ?? []);

async function network(frozen = false) {
  const plans = [
    directFeedback({ units: first, frozen }),
    directFeedback({ units: second, frozen }),
    crossEntropyHead({ classes, sends: 'error' }),
  ];
  const made = [];
  for (const [index, plan] of plans.entries()) {
    const optimiser = recorder();
    const layer = await madeOf(plan, made[index - 1]?.output ?? shape, { index, optimiser });
    made.push({ ...layer, seen: optimiser.seen });
  }
  const m = activityOf(shape, random(11), { rows });
  const memories = made.map(({ layer }) => layer.memory());
  const between = made.map(({ input }, l) => (l === 0 ? m : room(input)));
  const gradients = made.map(({ input }) => gradientOf(input));
  for (const [l, { layer }] of made.entries()) layer.forward(between[l], between[l + 1], memories[l]);
  for (const l of [2, 1, 0]) made[l].layer.backward?.(gradients[l + 1], gradients[l], memories[l]);
  for (const [l, { layer }] of made.entries()) layer.gradient(between[l], memories[l]);
  for (const { layer } of made) layer.update();
  return { made, m, gradients, memories };
}

describe('layers that learn by direct feedback', () => {
  it('make the gradients of a computation by hand: (e·B) gated by the activity, times x', async () => {
    const { made, m, gradients } = await network();
    const [one, two, head] = made;
    const x = Array.from({ length: rows }, (_, r) => [...m.activity.subarray(r * width, (r + 1) * width)]);
    const h1 = rectified(affineOf(x, one.weight, one.bias));
    const h2 = rectified(affineOf(h1, two.weight, two.bias));
    const error = affineOf(h2, head.weight, head.bias).map((z, r) => {
      const total = z.reduce((sum, v) => sum + Math.exp(v), 0);
      return z.map((v, c) => (Math.exp(v) / total - Number(c === m.labels[r])) / rows);
    });
    const back = (h: readonly number[][], b: readonly number[]) =>
      h.map((row, r) =>
        row.map((v, j) => (v > 0 ? error[r].reduce((sum, e, c) => sum + e * b[c * row.length + j], 0) : 0)),
      );
    const [b1, b2] = [feedbackOf(one.layer), feedbackOf(two.layer)];
    expect([b1.length, b2.length]).toEqual([classes * first, classes * second]);
    mustAgree(one.seen[0], outer(x, back(h1, b1)));
    mustAgree(two.seen[0], outer(h1, back(h2, b2)));
    mustAgree(head.seen[0], outer(h2, error));
    for (const [l, units] of [width, first, second].entries())
      for (let r = 0; r < rows; r++) {
        const row = gradients[l].activity.subarray(r * units, (r + 1) * units);
        mustAgree(row.subarray(0, classes), error[r]);
        expect([...row.subarray(classes)]).toEqual(Array(units - classes).fill(0));
      }
  });

  it('draw B with variance 1 / units', async () => {
    const { layer } = await madeOf(directFeedback({ units: 500 }), shapeOf({ width, classes: 10 }));
    const b = feedbackOf(layer);
    const square = b.reduce((sum, v) => sum + v * v, 0) / b.length;
    // the variance of 5,000 normal draws has a relative deviation of √(2 / 5000) = 0.02
    expect(Math.abs(500 * square - 1)).toBeLessThan(0.08);
  });

  it('learn nothing where they are frozen, but hand the error on', async () => {
    const { made, gradients } = await network(true);
    for (const { layer, weight, seen } of made.slice(0, 2)) {
      expect(layer.parameters()[0].data).toEqual(weight);
      expect(seen.every(({ length }) => length === 0)).toBe(true);
    }
    expect(made[2].seen[0].some((value) => value !== 0)).toBe(true);
    expect(gradients[0].activity.some((value) => value !== 0)).toBe(true);
  });

  it('go back once for each microbatch that went forward', async () => {
    const { made, gradients, memories } = await network();
    expect(() => made[0].layer.backward?.(gradients[1], undefined, memories[0])).toThrow(
      'B needs a microbatch whose F has run and whose B has not; got another',
    );
  });

  it('refuse fewer units than classes, and another head than theirs', async () => {
    const pipeline = { ...blockingBackprop, encoding: pixels(), epochs: 1 };
    const error = (layers: typeof pipeline.layers) =>
      traceOf({ ...pipeline, layers }, inline()).then(String, ({ message }: Error) => message);
    const head = crossEntropyHead({ sends: 'error' });
    expect(await error([directFeedback({ units: 9 }), head])).toMatch(
      /units of a direct-feedback layer must be 10 or more, as there are classes; got 9$/,
    );
    for (const layers of [
      [directFeedback({ units: 12 }), crossEntropyHead()],
      [backprop({ units: 12 }), head],
    ])
      expect(await error(layers)).toMatch(/^layers must be all by direct feedback below .*, or none; got/);
  });

  it('end with the same bits on threads, by schedules with and without stale weights', async () => {
    const layers = [
      directFeedback({ units: 16 }),
      directFeedback({ units: 12 }),
      crossEntropyHead({ sends: 'error' }),
    ];
    const few = {
      ...blockingBackprop,
      layers,
      samples: firstOf(train, 100),
      test: firstOf(test, 10),
      epochs: 1,
    };
    for (const [schedule, flush] of [
      [gpipe(), 4],
      [zbH1(), 4],
      [pipedream(), 1],
    ] as const) {
      const pipeline = { ...few, schedule, flush };
      const threaded = hashOf(await traceOf(pipeline, workers({ count: 2 })));
      expect(threaded, schedule.name).toBe(hashOf(await traceOf(pipeline, inline({ stages: 2 }))));
    }
  });
});
