import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fashionMnist, findFashion } from '../../src/data/fashion.ts';

describe('Fashion-MNIST', () => {
  it('is read from a folder that is given', async () => {
    const folder = fileURLToPath(new URL('../../fixtures/mnist', import.meta.url));
    expect(await fashionMnist('test', folder)).toMatchObject({
      name: 'fashion',
      count: 200,
      width: 784,
      classes: 10,
    });
  });

  it('is found where its package puts it', () => {
    expect(findFashion(tmpdir())).toBe(tmpdir());
  });

  it('says in one line how to install it', () => {
    const missing = join(tmpdir(), 'no', 'fashion-mnist');
    expect(() => findFashion(missing)).toThrow(
      new Error(
        `Fashion-MNIST must be in ${missing}; got none: ` +
          'run sudo apt-get install dataset-fashion-mnist, or give a folder with --data',
      ),
    );
  });
});
