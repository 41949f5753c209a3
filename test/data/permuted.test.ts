import { expect, it } from 'vitest';
import { dataset } from '../../src/data/dataset.ts';
import { permutedFeatures } from '../../src/data/made/permuted.ts';

const images = Uint8Array.from({ length: 3 * 40 }, (_, i) => i);
const samples = dataset({ name: 'counted', width: 40, classes: 4, images, labels: Uint8Array.of(0, 1, 3) });

it('features change places alike in every sample, but those of the label', () => {
  const { images: moved, labels } = permutedFeatures(samples, 5);
  const [first, second] = [[...moved.subarray(0, 40)], [...moved.subarray(40, 80)]];
  expect(first.slice(0, 4)).toEqual([0, 1, 2, 3]);
  expect(first).not.toEqual([...images.subarray(0, 40)]);
  expect([...first].sort((a, b) => a - b)).toEqual([...images.subarray(0, 40)]);
  expect(second).toEqual(first.map((pixel) => pixel + 40));
  expect([...labels]).toEqual([0, 1, 3]);
  expect(images[39]).toBe(39);
  expect(permutedFeatures(samples, 6).images).not.toEqual(moved);
  expect(permutedFeatures(samples, 5).images).toEqual(moved);
  expect(() => permutedFeatures(samples, 5, 41)).toThrow('features of counted that move must be');
});
