import { expect, it } from 'vitest';
import { imageBlocks } from '../../../src/report/charts/image-blocks.ts';

/** 8 × 8: the upper left quarter white, and the lower right one grey. */
const image = Float32Array.from({ length: 64 }, (_, i) => {
  const [y, x] = [Math.floor(i / 8), i % 8];
  return y < 4 && x < 4 ? 1 : y >= 4 && x >= 4 ? 0.5 : 0;
});

it('draws a character for 2 × 4 pixels, under the name cut to the width', () => {
  const rows = [{ name: 'quarters', images: [image] }];
  expect(imageBlocks({ width: 8, height: 8, rows })).toBe('quar\n██\n  ██');
});

it('draws an upper and a lower half, and a last line of two pixels', () => {
  const stripes = Float32Array.from({ length: 4 * 6 }, (_, i) => (Math.floor(i / 8) % 2 === 1 ? 1 : 0));
  const rows = [{ name: 'a', images: [stripes] }];
  expect(imageBlocks({ width: 4, height: 6, rows })).toBe('a\n▄▄\n');
});

it('breaks lines where they are full', () => {
  const rows = [{ name: 'a', images: [image, image, image] }];
  const text = imageBlocks({ width: 8, height: 8, rows, across: 9 });
  expect(text.split('\n').length).toBe(6);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(9);
});

it('refuses images of another size, and odd sides', () => {
  const rows = [{ name: 'a', images: [image] }];
  expect(() => imageBlocks({ width: 8, height: 6, rows })).toThrow(
    "image of row 'a' must be 8 × 6 values; got 64",
  );
  expect(() => imageBlocks({ width: 7, height: 8, rows })).toThrow('sides of images as blocks must be even');
});
