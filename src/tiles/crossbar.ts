import { make, plan } from '../core/plan.ts';
import { type CrossbarOptions, type ResolvedCrossbar, resolveCrossbar } from './crossbar/options.ts';
import { crossbarTile } from './crossbar/tile.ts';
import type { TileGround, TileMaker, TilePlan } from './tile.ts';

/**
 * The tile of analog cells: converters and noise in every read, pulses in place of gradients, weights that age. Each effect is
 * switched on by naming it, and all off is the digital product.
 *
 *     crossbar({ cell: constantStep(), forward: peripheries.aihwkit, backward: peripheries.aihwkit })
 *
 * Static variation follows from `chipSeed` and the layer's name alone; noise from the run's seed.
 *
 * @throws {RangeError} when an option is unknown, out of its range, or disagrees with another
 */
export function crossbar(options: CrossbarOptions = {}): TilePlan {
  return plan(import.meta.url, 'crossbar', resolveCrossbar(options));
}

/** Makes what `crossbar(options)` plans. */
export async function create(options: ResolvedCrossbar, ground: TileGround): Promise<TileMaker> {
  const [cell, update] = [await make(options.cell), await make(options.update)];
  const { products } = ground;
  return {
    name: 'crossbar',
    description: `crossbar of ${cell.name} cells (${cell.description}), update ${update.name}, on ${products.description}`,
    tile: (context) => crossbarTile(context, ground, { options, cell, update }),
  };
}
