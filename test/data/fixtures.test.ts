import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { idxFolder } from '../../src/data/folder.ts';
import { mnist } from '../../src/data/mnist.ts';

const folder = fileURLToPath(new URL('../../fixtures/mnist', import.meta.url));

describe.each([
  ['train', 100],
  ['test', 20],
] as const)('the small MNIST, %s', (part, each) => {
  it(`is the first ${each} samples of each digit of MNIST, in MNIST's order`, async () => {
    const [small, whole] = [await idxFolder(folder, part), await mnist(part)];
    expect(small).toMatchObject({ count: 10 * each, width: 784, classes: 10 });
    const seen = new Array<number>(10).fill(0);
    let row = 0;
    for (let i = 0; i < whole.count && row < small.count; i++) {
      const label = whole.labels[i];
      if (seen[label] === each) continue;
      seen[label]++;
      expect(small.labels[row]).toBe(label);
      const [ours, theirs] = [small, whole].map(({ images }, k) => {
        const at = (k === 0 ? row : i) * 784;
        return Buffer.from(images.subarray(at, at + 784));
      });
      expect(ours.equals(theirs)).toBe(true);
      row++;
    }
    expect(seen).toEqual(new Array(10).fill(each));
    expect(row).toBe(small.count);
  });
});
