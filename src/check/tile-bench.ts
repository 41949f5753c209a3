import { matrix } from '../core/matrix.ts';
import { make } from '../core/plan.ts';
import { random } from '../core/random.ts';
import type { Purpose } from '../core/trace.ts';
import type { Workplace } from '../kernels/kernel.ts';
import { adam } from '../optimisers/adam.ts';
import type { Optimiser } from '../optimisers/optimiser.ts';
import type { Tile, TileMaker, TilePlan } from '../tiles/tile.ts';
import { tileGround } from './family.ts';

/** A tile's plan and where tiles are made. */
export interface TileSubject {
  readonly plan: TilePlan;
  readonly place: Workplace;
}

/** of every tile here, and the rows of what it reads */
export const [inputs, units, rows] = [11, 5, 4];

/** Makes the tiles of one layer each, as a layer asks for them, and works them. */
export class TileBench {
  readonly #place: Workplace;
  readonly #optimiser: Optimiser;
  readonly maker: TileMaker;

  constructor(place: Workplace, optimiser: Optimiser, maker: TileMaker) {
    this.#place = place;
    this.#optimiser = optimiser;
    this.maker = maker;
  }

  static async over({ plan, place }: TileSubject): Promise<TileBench> {
    const optimiser = await make(adam({ learningRate: 0.05 }));
    return new TileBench(place, optimiser, await make(plan, await tileGround(place)));
  }

  tile(layer = 0): Tile {
    const own = random(3).fork(`layer ${layer}`);
    const draw = own.fork('weights');
    const weights = Float32Array.from({ length: inputs * units }, () => draw.normal());
    const optimiser = this.#optimiser;
    return this.maker.tile({
      ...{ name: 'layer0', inputs, units, weights, random: own.fork('tile'), optimiser, horizon: 50 },
      clock: () => 0,
    });
  }

  some(columns: number, seed: number) {
    const draw = random(seed);
    const made = matrix(rows, columns, this.#place.arena.floats(rows * columns));
    for (let i = 0; i < rows * columns; i++) made.data[i] = draw.normal();
    return made;
  }

  read(tile: Tile, seed = 1, purpose?: Purpose): number[] {
    const z = matrix(rows, units, this.#place.arena.floats(rows * units));
    tile.read(this.some(inputs, seed), z, purpose);
    return [...z.data];
  }

  back(tile: Pick<Tile, 'readBack'>, seed = 1): number[] {
    const dx = matrix(rows, inputs, this.#place.arena.floats(rows * inputs));
    tile.readBack(this.some(units, seed), dx);
    return [...dx.data];
  }

  correlate(tile: Tile, seed: number, other = seed): void {
    tile.correlate(this.some(inputs, seed), this.some(units, other));
  }

  /** F, W and U of one microbatch. @returns what it read */
  learn(tile: Tile, seed: number): number[] {
    const z = this.read(tile, seed);
    this.correlate(tile, seed, seed + 100);
    tile.update();
    return z;
  }
}

/**
 * What two layers' tiles read while they learn in turns, made by one maker in either order, or by a maker each as on two
 * threads. A tile that keeps the seed rule reads the same in all three.
 */
export async function readsByMakers(subject: TileSubject): Promise<number[][]> {
  const bench = () => TileBench.over(subject);
  const [one, other, first, second] = [await bench(), await bench(), await bench(), await bench()];
  const readings = (tiles: readonly [Tile, Tile]) =>
    [1, 2, 3].flatMap((seed) => tiles.flatMap((tile) => one.learn(tile, seed)));
  const last = other.tile(1);
  return [
    readings([one.tile(0), one.tile(1)]),
    readings([other.tile(0), last]),
    readings([first.tile(0), second.tile(1)]),
  ];
}
