import { make, plan, type TileGround, type TileMaker, type TilePlan } from 'forwardflow/extend';

interface Options {
  readonly inner: TilePlan;
  readonly limit: number;
}

/** A tile that holds no weight beyond ±limit. */
export const clipped = (inner: TilePlan, limit: number): TilePlan =>
  plan(import.meta.url, 'clipped', { inner, limit });

export async function create({ inner, limit }: Options, ground: TileGround): Promise<TileMaker> {
  const maker = await make(inner, ground);
  return {
    name: 'clipped',
    description: `within ±${limit}, ${maker.description}`,
    tile(context) {
      const { exact: _, hold: __, ...tile } = maker.tile(context);
      const program = (weights: Float32Array): void =>
        tile.program(weights.map((weight) => Math.min(limit, Math.max(-limit, weight))));
      program(context.weights);
      return {
        ...tile,
        program,
        update() {
          tile.update();
          program(tile.weights());
        },
      };
    },
  };
}
