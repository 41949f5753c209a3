import { describe, expect, it } from 'vitest';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { crossEntropyHead, softmaxReadout } from '../../src/layers/softmax.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import { crossEntropyGradients } from './autograd.ts';
import { activityOf, learn, madeOf, mustAgree, recorder, shapeOf } from './workbench.ts';

const shape = shapeOf({ width: 11, features: 14, streams: 3, classes: 4 });

describe('the readout', () => {
  it.each([6, 1])('learns from the features as autograd does (%d of 6 rows)', async (rows) => {
    const optimiser = recorder();
    const made = await madeOf(softmaxReadout({ classes: 4 }), shape, { optimiser });
    const m = activityOf(shape, random(4), { rows });
    const x = m.features.slice(0, rows * 14);
    const expected = crossEntropyGradients(x, m.labels.slice(0, rows), [
      { inputs: 14, units: 4, w: made.weight, b: made.bias },
    ]);
    expect(learn(made, m)).toBeCloseTo(expected.loss, 5);
    mustAgree(optimiser.seen[0], expected.gradients[0]);
    mustAgree(optimiser.seen[1], expected.gradients[1]);
  });

  it('sends nothing down', async () => {
    const made = await madeOf(softmaxReadout({ classes: 4 }), shape);
    expect(made.layer.backward).toBeUndefined();
    expect(softmaxReadout().learns).toBe('locally');
  });

  it('needs at least one feature', async () => {
    await expect(madeOf(softmaxReadout({ classes: 4 }), shapeOf({ width: 11 }))).rejects.toThrow(
      'input of the softmax must be at least one feature (a layer with neutral and feature set); got 0',
    );
  });

  it('learns to tell two clouds apart', async () => {
    const optimiser = await make(sgd({ learningRate: 0.5 }));
    const made = await madeOf(softmaxReadout({ classes: 2 }), { ...shape, classes: 2 }, { optimiser });
    const m = activityOf({ ...shape, classes: 2 }, random(4));
    for (let r = 0; r < 6; r++) m.features[r * 14] += m.labels[r] === 0 ? 3 : -3;
    const losses = Array.from({ length: 50 }, () => learn(made, m) as number);
    expect(losses[49]).toBeLessThan(0.1 * losses[0]);
  });
});

describe('classes', () => {
  it('are a whole number from 2 to 65,536', () => {
    for (const classes of [1, 65_537, 2.5, Number.NaN]) {
      for (const factory of [crossEntropyHead, softmaxReadout]) {
        expect(() => factory({ classes })).toThrow(
          new RangeError(`classes must be a whole number from 2 to 65,536; got ${classes}`),
        );
      }
    }
  });

  it('are those of the data', async () => {
    for (const plan of [crossEntropyHead({ classes: 3 }), softmaxReadout({ classes: 5 })]) {
      await expect(madeOf(plan, shape)).rejects.toThrow(
        new RangeError(`classes of the softmax must be 4, those of the samples; got ${plan.options.units}`),
      );
    }
  });
});
