import type { Arena } from '../src/core/arena.ts';
import { plan, type Tile, type TileMaker, type TilePlan } from '../src/extend.ts';
import { wallNanoseconds } from '../src/report.ts';
import { make } from '../src/simulation.ts';

/** Nanoseconds spent in matrix products, one number for each tile that was made, in the order in which they were. */
export interface ProductClock {
  /** [0] counts the tiles, then one number for each */
  readonly times: BigInt64Array<SharedArrayBuffer>;
}

export function productClock(tiles = 64): ProductClock {
  return { times: new BigInt64Array(new SharedArrayBuffer(8 * (tiles + 1))) };
}

/** Another kind of tile, whose products are timed. */
export function timed(of: TilePlan, clock: ProductClock): TilePlan {
  return { ...plan(import.meta.url, `timed ${of.name}`, { of, times: clock.times }) };
}

/** Makes what `timed` plans. */
export async function create(
  { of, times }: { of: TilePlan; times: BigInt64Array<SharedArrayBuffer> },
  arena: Arena,
): Promise<TileMaker> {
  const maker = await make(of, arena);
  return {
    ...maker,
    tile(inputs, units) {
      const at = Number(Atomics.add(times, 0, 1n)) + 1;
      return clocked(maker.tile(inputs, units), (start) => {
        Atomics.add(times, at, BigInt(wallNanoseconds() - start));
      });
    },
  };
}

function clocked(tile: Tile, stop: (start: number) => void): Tile {
  return {
    inputs: tile.inputs,
    units: tile.units,
    weights: tile.weights,
    written: () => tile.written(),
    read(x, z) {
      const start = wallNanoseconds();
      tile.read(x, z);
      stop(start);
    },
    readBack(delta, dx) {
      const start = wallNanoseconds();
      tile.readBack(delta, dx);
      stop(start);
    },
    correlate(x, delta, g) {
      const start = wallNanoseconds();
      tile.correlate(x, delta, g);
      stop(start);
    },
    get macs() {
      return tile.macs;
    },
    dispose: () => tile.dispose(),
  };
}
