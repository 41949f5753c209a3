import { blocks, type Microbatch } from '../../data/microbatch.ts';

/** Copies the features so far and, where this layer is one, appends its normalised neutral block. */
export function carryFeatures(from: Microbatch, to: Microbatch, block: number, appends: boolean): void {
  const before = from.shape.features;
  const after = to.shape.features;
  if (after === 0) return;
  const neutral = blocks(to, block, 1);
  for (let r = 0; r < from.rows; r++) {
    to.features.set(from.features.subarray(r * before, (r + 1) * before), r * after);
    if (appends) {
      to.features.set(
        neutral.data.subarray(r * neutral.columns, (r + 1) * neutral.columns),
        r * after + before,
      );
    }
  }
}
