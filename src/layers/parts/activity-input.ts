import { blocks } from '../../data/microbatch.ts';
import type { LayerTile } from './affine.ts';
import type { Input } from './input.ts';

/** The activity of the layer below drives the tile: every block is a product of its own. */
export function activityInput(tile: LayerTile): Input {
  return {
    read: (from, z) => tile.read(blocks(from, 0, z.rows / from.rows), z, from.purpose),
    correlate: (from, delta) => tile.correlate(blocks(from, 0, 2), delta, 2),
  };
}
