import type { Tile, TileMaker } from '../tiles/tile.ts';

/**
 * The pipeline's clock as the tiles of one stage see it. So much time passes for each microbatch learned from, and tiles age
 * behind each update: whatever is read between two updates is of one age, however threads are scheduled.
 */
export class Ageing {
  /** nanoseconds that pass for each microbatch learned from */
  private readonly each: number;
  private microbatches: number;
  private readonly tiles: Tile[] = [];

  /** @param begun  microbatches learned from before this run */
  constructor(each: number, begun: number) {
    this.each = each;
    this.microbatches = begun;
  }

  /** in nanoseconds */
  readonly clock = (): number => this.each * this.microbatches;

  /** A maker of tiles that age by this clock. */
  over(maker: TileMaker): TileMaker {
    return {
      ...maker,
      tile: (context) => {
        const tile = maker.tile(context);
        if (tile.age) this.tiles.push(tile);
        return tile;
      },
    };
  }

  /** An update has taken in so many microbatches. */
  learned(microbatches: number): void {
    this.microbatches += microbatches;
    if (this.each === 0) return;
    for (const tile of this.tiles) tile.age?.(this.clock());
  }
}
