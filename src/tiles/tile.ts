import type { Arena } from '../core/arena.ts';
import { must, mustBeWhole } from '../core/check.ts';
import type { Matrix } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';

/**
 * A matrix of weights W [inputs × units], and the three products that learning needs of it.
 *
 * No product may be given an output that overlaps one of its operands. Products are fastest, and copy nothing, when their
 * operands lie in the arena that the tile was made for, as its weights do.
 */
export interface Tile {
  readonly inputs: number;
  readonly units: number;
  /** W, row-major [inputs × units]. Whoever writes here calls `written()` before the next product. */
  readonly weights: Float32Array;
  /** says that `weights` has changed */
  written(): void;
  /**
   * Reads the tile forward: Z = X · W.
   *
   * @param x  [rows × inputs]
   * @param z  [rows × units], overwritten
   */
  read(x: Matrix, z: Matrix): void;
  /**
   * Reads the tile backward: dX = δ · Wᵀ.
   *
   * @param delta  [rows × units]
   * @param dx     [rows × inputs], overwritten
   */
  readBack(delta: Matrix, dx: Matrix): void;
  /**
   * Correlates what went in with what came back: G = Xᵀ · δ.
   *
   * @param x      [rows × inputs]
   * @param delta  [rows × units]
   * @param g      [inputs × units], overwritten
   */
  correlate(x: Matrix, delta: Matrix, g: Matrix): void;
  /** multiply-accumulates executed so far */
  readonly macs: number;
  /** frees what the tile holds outside the JavaScript heap */
  dispose(): void;
}

/** One kind of tile, loaded on this thread. */
export interface TileMaker {
  readonly name: string;
  /** what executes the products, for people: 'OpenBLAS 0.3.21, 1 thread' */
  readonly description: string;
  /** a tile of zeros */
  tile(inputs: number, units: number): Tile;
}

/** A plan for a kind of tile: its module exports `create(options, arena): TileMaker | Promise<TileMaker>`. */
export type TilePlan = Plan<TileMaker>;

/** The three products of one tile on bare row-major arrays, whose sizes are right, and with 1 row or more. */
export interface Products {
  written?(): void;
  read(rows: number, x: Float32Array, z: Float32Array): void;
  readBack(rows: number, delta: Float32Array, dx: Float32Array): void;
  correlate(rows: number, x: Float32Array, delta: Float32Array, g: Float32Array): void;
  dispose?(): void;
}

/**
 * A tile of zeros around bare products: keeps the weights, checks every operand, counts multiply-accumulates.
 *
 * The checks are what stands between a wrong shape and native code that writes outside an array.
 *
 * @param arena     where the weights shall lie
 * @param products  makes the products over the tile's weights  [inputs × units]
 * @throws {RangeError} when `inputs` or `units` is not a whole number above 0; each product, when an operand does not fit
 */
export function tileOver(
  arena: Arena,
  inputs: number,
  units: number,
  products: (weights: Float32Array) => Products,
): Tile {
  mustBeWhole(inputs, 'inputs', 1);
  mustBeWhole(units, 'units', 1);
  const weights = arena.floats(inputs * units);
  const bare = products(weights);
  let macs = 0;
  return {
    inputs,
    units,
    weights,
    written: () => bare.written?.(),
    read(x, z) {
      mustFit('x', x, undefined, inputs);
      mustFit('z', z, x.rows, units);
      if (x.rows > 0) bare.read(x.rows, x.data, z.data);
      macs += x.rows * inputs * units;
    },
    readBack(delta, dx) {
      mustFit('delta', delta, undefined, units);
      mustFit('dx', dx, delta.rows, inputs);
      if (delta.rows > 0) bare.readBack(delta.rows, delta.data, dx.data);
      macs += delta.rows * inputs * units;
    },
    correlate(x, delta, g) {
      mustFit('x', x, undefined, inputs);
      mustFit('delta', delta, x.rows, units);
      mustFit('g', g, inputs, units);
      if (x.rows > 0) bare.correlate(x.rows, x.data, delta.data, g.data);
      else g.data.fill(0, 0, inputs * units);
      macs += x.rows * inputs * units;
    },
    get macs() {
      return macs;
    },
    dispose: () => bare.dispose?.(),
  };
}

/** Says so when a matrix is not [rows × columns]; texts are made for a misfit only, since this runs at each product. */
function mustFit(thing: string, m: Matrix, rows: number | undefined, columns: number): void {
  const fits = m.columns === columns && (rows === undefined ? m.rows >= 0 : m.rows === rows);
  if (!fits || !Number.isInteger(m.rows)) {
    must(false, thing, `[${rows ?? 'rows'} × ${columns}]`, [m.rows, m.columns]);
  }
  if (m.data.length < m.rows * columns) {
    must(false, `data of ${thing}`, `${m.rows * columns} floats or more`, m.data.length);
  }
}
