import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { idxFolder } from '../../src/index.ts';

const folder = fileURLToPath(new URL('../../fixtures/letters/', import.meta.url));

it('the letters of the fixture are those of the data set: its first sample, and as many of each letter', async () => {
  const [train, test] = [
    await idxFolder(folder, 'train', { classes: 26 }),
    await idxFolder(folder, 'test', { classes: 26 }),
  ];
  expect([train.count, test.count, train.width]).toEqual([16_000, 4000, 16]);
  const first = Array.from(train.images.subarray(0, 16), (byte) => byte / 17);
  expect(first).toEqual([2, 8, 3, 5, 1, 8, 13, 0, 6, 6, 10, 8, 0, 8, 0, 8]);
  expect(train.labels[0]).toBe('T'.charCodeAt(0) - 65);
  const counts = new Array<number>(26).fill(0);
  for (const label of [...train.labels, ...test.labels]) counts[label]++;
  expect(counts).toEqual([
    789, 766, 736, 805, 768, 775, 773, 734, 755, 747, 739, 761, 792, 783, 753, 803, 783, 758, 748, 796, 813,
    764, 752, 787, 786, 734,
  ]);
});
