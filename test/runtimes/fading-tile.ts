import { make, plan } from '../../src/core/plan.ts';
import { arrays, joined, together } from '../../src/core/state.ts';
import { digital } from '../../src/tiles/digital.ts';
import type { Tile, TileGround, TileMaker, TilePlan } from '../../src/tiles/tile.ts';

// A digital tile whose weights fade while the pipeline's clock goes on, for tests.

export interface FadingOptions {
  /** nanoseconds in which a weight falls to 1/e */
  readonly time: number;
  readonly learns: boolean;
}

export const fading = (options: FadingOptions): TilePlan => plan(import.meta.url, 'fading', options);

export async function create({ time, learns }: FadingOptions, ground: TileGround): Promise<TileMaker> {
  const maker = await make(digital(), ground);
  return {
    ...maker,
    name: 'fading',
    tile(context): Tile {
      const { exact: _, hold: __, ...tile } = maker.tile(context);
      const aged = Float64Array.of(context.clock());
      const { state, restore } = together(joined({ tile }), arrays({ aged }));
      return {
        ...tile,
        state,
        restore,
        get macs() {
          return tile.macs;
        },
        update() {
          if (learns) tile.update();
        },
        age(nanoseconds) {
          const left = Math.exp((aged[0] - nanoseconds) / time);
          tile.program(tile.weights().map((weight) => left * weight));
          aged[0] = nanoseconds;
        },
      };
    },
  };
}
