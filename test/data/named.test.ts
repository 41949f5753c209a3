import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findFashion } from '../../src/data/fashion.ts';
import { findMnist } from '../../src/data/mnist.ts';
import { namedData, whereIsData } from '../../src/data/named.ts';

const fixture = fileURLToPath(new URL('../../fixtures/mnist', import.meta.url));

describe('named data', () => {
  it('is MNIST or a folder', async () => {
    expect(await namedData('mnist', 'test')).toMatchObject({ name: 'mnist', count: 10000 });
    expect(await namedData(fixture, 'train')).toMatchObject({ name: 'mnist', count: 1000 });
  });

  it('is Fashion-MNIST where that is installed, or its error', async () => {
    const [, fashion] = await whereIsData();
    if (fashion.found) expect((await namedData('fashion', 'test')).count).toBe(10000);
    else await expect(namedData('fashion', 'test')).rejects.toThrow(fashion.why);
  });

  it('says what there is when it knows no such name', async () => {
    await expect(namedData('mnits', 'train')).rejects.toThrow(
      new RangeError(
        "data must be 'mnist', 'fashion', a file or folder (IDX, NPY or NPZ, CSV, PNG images in a folder a class), or - for CSV on standard input; got 'mnits' (did you mean 'mnist'?)",
      ),
    );
  });
});

describe('whereIsData', () => {
  it('says where, or why not', async () => {
    const places = await whereIsData({
      here: () => fixture,
      empty: () => fileURLToPath(new URL('.', import.meta.url)),
      gone: () => findFashion(`${tmpdir()}/no/such/folder`),
    });
    expect(places).toEqual([
      { name: 'here', found: true, path: fixture },
      {
        name: 'empty',
        found: false,
        why: expect.stringContaining('must hold one of train-images-idx3-ubyte'),
      },
      { name: 'gone', found: false, why: expect.stringContaining('apt-get install dataset-fashion-mnist') },
    ]);
  });

  it('looks for mnist and fashion', async () => {
    const places = await whereIsData();
    expect(places.map(({ name }) => name)).toEqual(['mnist', 'fashion']);
    expect(places[0]).toEqual({ name: 'mnist', found: true, path: findMnist() });
  });
});
