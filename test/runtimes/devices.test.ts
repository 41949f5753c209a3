import { expect, test } from 'vitest';
import { devicesFor } from '../../src/runtimes/workers.ts';

const offer = (layers: number) => ({ layers, most: layers, countMatters: false });

test('few layers have a thread each', () => {
  expect(devicesFor(offer(3), 2)).toEqual({ count: 3 });
  expect(devicesFor(offer(4), 2)).toEqual({ count: 4 });
});

test('a deep net on few cores has a thread a core, and says why', () => {
  expect(devicesFor(offer(60), 2)).toEqual({
    count: 2,
    why: '2 threads for 60 layers: one for each of 2 cores',
  });
  expect(devicesFor(offer(60), 64)).toEqual({ count: 60 });
});

test('where the weights depend on the number of devices, there are as many as the layers fill', () => {
  expect(devicesFor({ ...offer(60), countMatters: true }, 2)).toEqual({ count: 60 });
});
