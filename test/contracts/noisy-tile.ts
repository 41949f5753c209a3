import { plan } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import { create as digital } from '../../src/tiles/digital.ts';
import type { TileGround, TileMaker, TilePlan } from '../../src/tiles/tile.ts';

/** The tile that the README once had: its noise follows from how many tiles were made before it on this thread. */
export const noisy = (deviation: number): TilePlan => plan(import.meta.url, 'noisy', { deviation });

export function create({ deviation }: { deviation: number }, ground: TileGround): TileMaker {
  const exact = digital({}, ground);
  let tiles = 0;
  return {
    name: 'noisy',
    description: `digital with read noise ${deviation}`,
    tile(context) {
      const inner = exact.tile(context);
      const noise = random(1).fork(`read noise of tile ${tiles++}`);
      return {
        ...inner,
        get macs() {
          return inner.macs;
        },
        read(x, z) {
          inner.read(x, z);
          for (let i = 0; i < z.rows * z.columns; i++) z.data[i] += deviation * noise.normal();
        },
      };
    },
  };
}
