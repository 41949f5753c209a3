import { type Matrix, matrix } from '../../src/core/matrix.ts';
import { make } from '../../src/core/plan.ts';
import { random } from '../../src/core/random.ts';
import type { OptimiserPlan } from '../../src/optimisers/optimiser.ts';
import { sgd } from '../../src/optimisers/sgd.ts';
import { plain } from '../../src/products/plain.ts';
import type { ProductsPlan } from '../../src/products/product.ts';
import type { CrossbarOptions } from '../../src/tiles/crossbar/options.ts';
import { crossbar } from '../../src/tiles/crossbar.ts';
import type { Tile, TilePlan } from '../../src/tiles/tile.ts';
import { arena, simdPlace } from '../kernels/workplace.ts';

export interface TileOptions {
  readonly seed?: number;
  readonly name?: string;
  readonly optimiser?: OptimiserPlan;
  readonly products?: ProductsPlan;
}

/** A tile with these weights. @param weights  [inputs × units] */
export async function tileOf(
  plan: TilePlan,
  inputs: number,
  units: number,
  weights: ArrayLike<number>,
  { seed = 1, name = 'layer0', optimiser = sgd({ learningRate: 0.1 }), products = plain() }: TileOptions = {},
): Promise<Tile> {
  const ground = { ...simdPlace, products: await make(products, arena) };
  const maker = await make(plan, ground);
  return maker.tile({
    ...{ name, inputs, units, weights: Float32Array.from(weights), horizon: 1000, clock: () => 0 },
    random: random(seed).fork(name),
    optimiser: await make(optimiser),
  });
}

export const crossbarOf = (
  options: CrossbarOptions,
  inputs: number,
  units: number,
  weights: ArrayLike<number>,
  more?: TileOptions,
): Promise<Tile> => tileOf(crossbar(options), inputs, units, weights, more);

/** Rows in the arena. */
export function rowsOf(rows: readonly ArrayLike<number>[]): Matrix {
  const columns = rows[0].length;
  const made = matrix(rows.length, columns, arena.floats(rows.length * columns));
  for (const [r, row] of rows.entries()) made.data.set(Array.from(row), r * columns);
  return made;
}

export function normals(count: number, seed: number, scale = 1): Float32Array {
  const draw = random(seed);
  return Float32Array.from({ length: count }, () => scale * draw.normal());
}

/** The same row so many times. */
export const repeated = (row: ArrayLike<number>, times: number): Matrix =>
  rowsOf(Array.from({ length: times }, () => row));

export function read(tile: Tile, x: Matrix): Float32Array {
  const z = matrix(x.rows, tile.units, arena.floats(x.rows * tile.units));
  tile.read(x, z);
  return z.data.slice(0, x.rows * tile.units);
}

export function readBack(tile: Tile, delta: Matrix): Float32Array {
  const dx = matrix(delta.rows, tile.inputs, arena.floats(delta.rows * tile.inputs));
  tile.readBack(delta, dx);
  return dx.data.slice(0, delta.rows * tile.inputs);
}

/** Mean and variance of each column. */
export function moments(values: Float32Array, columns: number): { mean: number; variance: number }[] {
  const rows = values.length / columns;
  return Array.from({ length: columns }, (_, j) => {
    let mean = 0;
    for (let r = 0; r < rows; r++) mean += values[r * columns + j] / rows;
    let variance = 0;
    for (let r = 0; r < rows; r++) variance += (values[r * columns + j] - mean) ** 2 / (rows - 1);
    return { mean, variance };
  });
}
