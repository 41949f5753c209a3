import * as tf from '@tensorflow/tfjs-core';

import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/core/matrix.ts';
import { Arena } from '../../src/core/memory/arena.ts';
import { make } from '../../src/core/plan.ts';
import { detectProducts } from '../../src/products/detect.ts';
import type { ProductsMaker } from '../../src/products/product.ts';
import { tfjs } from '../../src/products/tfjs.ts';

const errors = ['uncaughtException', 'unhandledRejection'];
const listeners = errors.map((event) => process.listenerCount(event));
const wasm = await make(tfjs({ engine: 'wasm' }), Arena.over());
const listenersAfter = errors.map((event) => process.listenerCount(event));

it('tfjs is not left listening for errors of the thread, which it would throw anew as its own', () => {
  expect(listenersAfter).toEqual(listeners);
});

describe('wasm', () => keepsTensorsInOrder(wasm, 'wasm'));

const report = (await detectProducts()).find(({ name }) => name === 'tfjs-node');
if (!report?.plan) it.skip(`tfjs-node is not checked: ${report?.why}`);
else {
  const node = await make(report.plan, Arena.over());
  describe('node', () => {
    keepsTensorsInOrder(node, 'tensorflow');

    it('names the version of TensorFlow, and the threads of the pool that all stages share', () => {
      expect(node.description).toMatch(
        /^tfjs-node 4\.22\.0, TensorFlow 2\.\d+\.\d+, \d+ threads? for all stages$/,
      );
    });

    it('and a products on wasm are used in turn, and neither takes the other’s weights', () => {
      const [one, two] = [node.products(1, 1), wasm.products(1, 1)];
      const z = matrix(1, 1);
      const answers = [2, 3].flatMap((weight) =>
        [one, two].map((products) => {
          products.weights[0] = weight * (products === one ? 1 : 10);
          products.written();
          products.read(matrix(1, 1, new Float32Array([7])), z);
          return z.data[0];
        }),
      );
      expect(answers).toEqual([14, 140, 21, 210]);
      one.dispose();
      two.dispose();
    });
  });
}

function keepsTensorsInOrder(maker: ProductsMaker, backend: string): void {
  it('a products holds two tensors at most, after 200 products and changes of its weights as after the first', () => {
    const products = maker.products(12, 7);
    const [x, delta] = [matrix(5, 12), matrix(5, 7)];
    const [z, dx, g] = [matrix(5, 7), matrix(5, 12), matrix(12, 7)];
    const before = tf.memory().numTensors;
    const held = Array.from({ length: 200 }, () => {
      products.read(x, z);
      products.readBack(delta, dx);
      products.correlate(x, delta, g);
      const now = tf.memory().numTensors - before;
      products.written();
      return now;
    });
    expect(new Set(held)).toEqual(new Set([2]));
    products.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('a products multiplies on its own engine, whichever one was chosen since', async () => {
    const products = maker.products(1, 1);
    products.weights[0] = 3;
    products.written();
    tf.registerBackend(`not ${backend}`, () => new tf.KernelBackend());
    await tf.setBackend(`not ${backend}`);
    const z = matrix(1, 1);
    products.read(matrix(1, 1, new Float32Array([2])), z);
    expect(z.data[0]).toBe(6);
    expect(tf.getBackend()).toBe(backend);
    products.dispose();
  });
}
