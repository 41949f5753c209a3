import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { Arena } from '../../src/core/arena.ts';
import { matrix } from '../../src/core/matrix.ts';
import { make } from '../../src/core/plan.ts';
import { tfjs } from '../../src/tiles/tfjs.ts';

const errors = ['uncaughtException', 'unhandledRejection'];
const listeners = errors.map((event) => process.listenerCount(event));
const maker = await make(tfjs({ engine: 'wasm' }), Arena.over());

it('a tile holds two tensors at most, after 200 products and changes of its weights as after the first', () => {
  const tile = maker.tile(12, 7);
  const [x, delta] = [matrix(5, 12), matrix(5, 7)];
  const [z, dx, g] = [matrix(5, 7), matrix(5, 12), matrix(12, 7)];
  const before = tf.memory().numTensors;
  const held = Array.from({ length: 200 }, () => {
    tile.read(x, z);
    tile.readBack(delta, dx);
    tile.correlate(x, delta, g);
    const now = tf.memory().numTensors - before;
    tile.written();
    return now;
  });
  expect(new Set(held)).toEqual(new Set([2]));
  tile.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

it('a tile multiplies on its own engine, whichever one was chosen since', async () => {
  const tile = maker.tile(1, 1);
  tile.weights[0] = 3;
  tile.written();
  tf.registerBackend('elsewhere', () => new tf.KernelBackend());
  await tf.setBackend('elsewhere');
  const z = matrix(1, 1);
  tile.read(matrix(1, 1, new Float32Array([2])), z);
  expect(z.data[0]).toBe(6);
  expect(tf.getBackend()).toBe('wasm');
  tile.dispose();
});

it('tfjs is not left listening for errors of the thread, which it would throw anew as its own', () => {
  expect(errors.map((event) => process.listenerCount(event))).toEqual(listeners);
});
