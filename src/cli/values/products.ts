import type { ProductsPlan } from '../../extend.ts';
import { namedProducts } from '../../index.ts';
import { isPath } from '../members/member-spec.ts';

type Name = Parameters<typeof namedProducts>[0];

/** The products that settings name: those asked for, or those of the tile, where that is no member of one's own. */
export function productsOf(settings: {
  readonly products?: Name | undefined;
  readonly tile: string;
}): Promise<ProductsPlan> {
  return namedProducts(settings.products ?? (isNoProducts(settings.tile) ? 'auto' : (settings.tile as Name)));
}

/** What config.json says of them, so that `predict` and `--resume` find the same tile and products again. */
export function storedProducts<T extends { readonly tile: string }>(config: T, { name }: ProductsPlan): T {
  const short = name.split('-')[0];
  return isNoProducts(config.tile) ? { ...config, products: short } : { ...config, tile: short };
}

/** Whether a tile is no digital one that its products name. */
function isNoProducts(tile: string): boolean {
  return isPath(tile) || tile === 'crossbar';
}
