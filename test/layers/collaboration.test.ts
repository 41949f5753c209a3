import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { random } from '../../src/core/random.ts';
import { plain } from '../../src/extend.ts';
import {
  type DatasetPipeline,
  dataset,
  forwardForward,
  inline,
  labelOverlay,
  logistic,
  measure,
  run,
  sgd,
  softmaxReadout,
  stream,
  symba,
  virtual,
  weights,
  workers,
  wrongLabel,
} from '../../src/index.ts';
import { weightsHash } from '../../src/report.ts';
import { room } from '../kernels/workplace.ts';
import { forwardForwardGradients } from './autograd.ts';
import { affineRow, rectified, rowsFrom, squaresOf } from './oracle.ts';
import { activityOf, imagesOf, learn, madeOf, mustAgree, nextLabel, recorder, shapeOf } from './workbench.ts';

const units = 17;
const hidden = shapeOf({ width: 23, streams: 2, candidates: 4 });
const losses = [
  { plan: logistic({ theta: 1.1, alpha: 3 }), kind: 'logistic', theta: 1.1, alpha: 3 },
  { plan: symba({ alpha: 5 }), kind: 'symba', alpha: 5 },
] as const;

describe('a layer that collaborates', () => {
  it.each(losses.flatMap((loss) => [6, 2].map((rows) => ({ loss, rows }))))(
    'learns as autograd of σ(α (own goodness + constant)) does: $loss.kind, $rows of 6 rows',
    async ({ loss, rows }) => {
      const optimiser = recorder();
      const made = await madeOf(forwardForward({ units, collaborates: true, loss: loss.plan }), hidden, {
        optimiser,
      });
      const m = activityOf(hidden, random(5), { rows });
      for (let i = 0; i < 2 * rows; i++) m.scores[i] = 0.3 * i - 0.7;
      const below = [m.scores.slice(0, rows), m.scores.slice(rows, 2 * rows)] as const;
      const block = rows * hidden.width;
      const expected = forwardForwardGradients({
        ...{ rows, inputs: hidden.width, units, goodness: 'mean', loss, below },
        ...{ positive: m.activity.slice(0, block), negative: m.activity.slice(block, 2 * block) },
        ...{ w: made.weight, b: made.bias },
      });
      expect(learn(made, m, room(made.output))).toBeCloseTo(expected.loss, 4);
      mustAgree(optimiser.seen[0], expected.gradients[0]);
      mustAgree(optimiser.seen[1], expected.gradients[1]);
    },
  );

  it('sends the sum of its goodness and that of the layers below on; the first its own', async () => {
    for (const index of [0, 1]) {
      const input = index === 0 ? shapeOf({ width: 30 }) : hidden;
      const plan = forwardForward({ units, collaborates: true });
      const made = await madeOf(plan, input, { index, negatives: nextLabel() });
      const m = (index === 0 ? imagesOf : activityOf)(input, random(5), { rows: 5 });
      m.scores.fill(0.25);
      const to = room(made.output);
      learn(made, m, to);
      if (index === 0) {
        const alone = await madeOf(forwardForward({ units }), input, { index, negatives: nextLabel() });
        learn(alone, m, room(alone.output));
        const figures = alone.layer.figures?.();
        const mean = (k: number) => to.scores.slice(5 * k, 5 * k + 5).reduce((sum, g) => sum + g, 0) / 5;
        expect(mean(0)).toBeCloseTo(figures?.positiveGoodness ?? Number.NaN, 5);
        expect(mean(1)).toBeCloseTo(figures?.negativeGoodness ?? Number.NaN, 5);
        continue;
      }
      const fresh = await madeOf(plan, input, { index, negatives: nextLabel() });
      const own = rowsFrom(m.activity.slice(0, 2 * 5 * 23), 23).map(
        (row) => squaresOf(rectified(affineRow(row, fresh.weight, fresh.bias))) / units,
      );
      for (const [i, g] of own.entries()) expect(to.scores[i]).toBeCloseTo(g + 0.25, 4);
    }
  });

  it('has learned what layers below tell apart: its gradient all but vanishes there', async () => {
    const size = async (apart: number) => {
      const optimiser = recorder();
      const made = await madeOf(forwardForward({ units, collaborates: true }), hidden, { optimiser });
      const m = activityOf(hidden, random(5));
      for (let r = 0; r < 6; r++) [m.scores[r], m.scores[6 + r]] = [apart, 0];
      learn(made, m);
      return Math.hypot(...optimiser.seen[0]);
    };
    expect(await size(3)).toBeLessThan(1e-6 * (await size(0)));
  });
});

const images = Float32Array.from({ length: 60 * 14 }, (_, i) => ((i * 37) % 19) / 19);
const labels = Uint8Array.from({ length: 60 }, (_, i) => i % 3);
const samples = dataset({ name: 'sixty', width: 14, classes: 3, images, labels });
const pipelineOf = (...collaborates: boolean[]): DatasetPipeline => ({
  ...{ samples, products: plain(), optimiser: sgd({ learningRate: 0.1 }), microbatch: 8, epochs: 2, seed: 4 },
  ...{ encoding: labelOverlay({ classes: 3 }), negatives: wrongLabel(), schedule: stream() },
  layers: [
    ...collaborates.map((one) =>
      forwardForward({ units: 9, neutral: true, feature: true, ...(one && { collaborates: true }) }),
    ),
    softmaxReadout({ classes: 3 }),
  ],
});

describe('a pipeline of layers that collaborate', () => {
  const hashOf = async (pipeline: DatasetPipeline, runtime = inline()) =>
    weightsHash((await lastValueFrom(run(pipeline, runtime).pipe(measure({ weights })))).weights);

  it('learns the same bits inline, on workers and in virtual time, and others than layers on their own', async () => {
    const together = pipelineOf(true, true, true);
    const expected = await hashOf(together);
    expect(await hashOf(together, inline({ stages: 1 }))).toBe(expected);
    expect(await hashOf(together, workers({ count: 2 }))).toBe(expected);
    expect(await hashOf({ ...together, capacity: 5 }, virtual())).toBe(expected);
    expect(await hashOf(pipelineOf(false, false, false))).not.toBe(expected);
  });

  it('has all of them collaborate, or none', async () => {
    await expect(hashOf(pipelineOf(true, false, true))).rejects.toThrow(
      'layers that collaborate must be all 3 below the readout or none; got 2',
    );
  });
});
