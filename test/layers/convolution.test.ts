import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { layerRules } from '../../src/check/layers/rules.ts';
import { random } from '../../src/core/random.ts';
import { localBackprop } from '../../src/layers/local-backprop.ts';
import { keepsRules } from '../contracts/family.ts';
import { plainPlace, room } from '../kernels/workplace.ts';
import { activityOf, madeOf, mustAgree, recorder, shapeOf } from './workbench.ts';

const picture = { height: 6, width: 7, channels: 2 };
const options = { units: 4, field: 3, stride: 2, picture, shared: true };
const input = shapeOf({ width: 84 });

it('fields that share weights are a convolution: what tfjs makes of it and its gradients', async () => {
  const optimiser = recorder();
  const made = await madeOf(localBackprop(options), input, { optimiser });
  const m = activityOf(input, random(5));
  const [to, below] = [room(made.output), room(input)];
  const above = activityOf({ ...made.output, streams: 1 }, random(6));
  const memory = made.layer.memory();
  made.layer.forward(m, to, memory);
  made.layer.backward?.(above, below, memory);
  made.layer.gradient(m, memory);
  made.layer.update();
  expect(made.output.grid).toEqual({ height: 2, width: 3, channels: 4 });
  const size = [6, 2, 3, 4] as [number, number, number, number];
  const x = tf.tensor4d(m.activity.slice(0, 6 * 84), [6, 6, 7, 2]);
  const w = tf.tensor4d(made.weight, [3, 3, 2, 4]);
  const gradient = tf.tensor4d(above.activity.slice(0, 6 * 24), size);
  const conv = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) =>
    tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'valid'), b));
  const b = tf.tensor1d(made.bias);
  mustAgree(to.activity.slice(0, 6 * 24), conv(x, w, b).dataSync(), 1e-5);
  const [dx, dw, db] = tf.grads((...[x, w, b]: tf.Tensor[]) => tf.sum(tf.mul(conv(x, w, b), gradient)))([
    x,
    w,
    b,
  ]);
  mustAgree(below.activity.slice(0, 6 * 84), dx.dataSync());
  mustAgree(optimiser.seen[0], dw.dataSync());
  mustAgree(optimiser.seen[1], db.dataSync());
});

it('needs fields of one size', async () => {
  const plan = localBackprop({ ...options, margin: 1 });
  await expect(madeOf(plan, input)).rejects.toThrow(/^margin of fields that share weights must be 0/);
});

describe('a layer of shared fields', () =>
  keepsRules(layerRules, {
    plan: localBackprop({
      units: 5,
      field: 2,
      stride: 1,
      shared: true,
      picture: { height: 3, width: 4, channels: 1 },
    }),
    place: plainPlace,
  }));
