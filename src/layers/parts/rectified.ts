import { matrix } from '../../core/matrix.ts';
import { blocks, type Microbatch, passOn } from '../../data/microbatch.ts';
import type { LayerContext } from '../layer.ts';
import type { Affine } from './affine.ts';

/** The forward half of hidden layers that learn from what comes down: h = max(0, x·W + b), sent on as it is. */
export interface Rectified {
  /** @param room  receives h, for what comes down later [rows × units] */
  forward(from: Microbatch, to: Microbatch | undefined, room: Float32Array): void;
  predict(from: Microbatch, to: Microbatch): void;
}

export function rectified(own: Affine, { arena, input, kernels }: LayerContext, units: number): Rectified {
  const squares = arena.floats(input.rows);
  return {
    forward(from, to, room) {
      const h = matrix(from.rows, units, room);
      own.tile.read(blocks(from, 0, 1), h, from.purpose);
      kernels.rectify(h.data, own.bias, squares, h.rows, units);
      if (to === undefined) return;
      passOn(from, to);
      to.activity.set(room.subarray(0, from.rows * units));
    },
    predict(from, to) {
      passOn(from, to);
      const h = blocks(to, 0, 1);
      own.tile.read(blocks(from, 0, 1), h, from.purpose);
      kernels.rectify(h.data, own.bias, squares, h.rows, units);
    },
  };
}
