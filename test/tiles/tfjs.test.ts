import * as tf from '@tensorflow/tfjs-core';

import { describe, expect, it } from 'vitest';
import { Arena } from '../../src/core/arena.ts';

import { matrix } from '../../src/core/matrix.ts';
import { make } from '../../src/core/plan.ts';
import { detectTiles } from '../../src/tiles/detect.ts';
import { tfjs } from '../../src/tiles/tfjs.ts';
import type { TileMaker } from '../../src/tiles/tile.ts';

const errors = ['uncaughtException', 'unhandledRejection'];
const listeners = errors.map((event) => process.listenerCount(event));
const wasm = await make(tfjs({ engine: 'wasm' }), Arena.over());
const listenersAfter = errors.map((event) => process.listenerCount(event));

it('tfjs is not left listening for errors of the thread, which it would throw anew as its own', () => {
  expect(listenersAfter).toEqual(listeners);
});

describe('wasm', () => keepsTensorsInOrder(wasm, 'wasm'));

const report = (await detectTiles()).find(({ name }) => name === 'tfjs-node');
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

    it('and a tile on wasm are used in turn, and neither takes the other’s weights', () => {
      const [one, two] = [node.tile(1, 1), wasm.tile(1, 1)];
      const z = matrix(1, 1);
      const answers = [2, 3].flatMap((weight) =>
        [one, two].map((tile) => {
          tile.weights[0] = weight * (tile === one ? 1 : 10);
          tile.written();
          tile.read(matrix(1, 1, new Float32Array([7])), z);
          return z.data[0];
        }),
      );
      expect(answers).toEqual([14, 140, 21, 210]);
      one.dispose();
      two.dispose();
    });
  });
}

function keepsTensorsInOrder(maker: TileMaker, backend: string): void {
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
    tf.registerBackend(`not ${backend}`, () => new tf.KernelBackend());
    await tf.setBackend(`not ${backend}`);
    const z = matrix(1, 1);
    tile.read(matrix(1, 1, new Float32Array([2])), z);
    expect(z.data[0]).toBe(6);
    expect(tf.getBackend()).toBe(backend);
    tile.dispose();
  });
}
