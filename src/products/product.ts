import { must, mustBeWhole } from '../core/check.ts';
import type { Matrix } from '../core/matrix.ts';
import type { Arena } from '../core/memory/arena.ts';
import type { Plan } from '../core/plan.ts';

/**
 * The three matrix products that learning needs of one matrix of weights W [inputs × units].
 *
 * An output must not overlap an operand. Products are fastest, and copy nothing, when their operands lie in the arena that
 * they were made for, as W does.
 */
export interface Products {
  readonly inputs: number;
  readonly units: number;
  /** W, row-major [inputs × units]; after a change call `written()` before the next product */
  readonly weights: Float32Array;
  /** tells that `weights` has changed */
  written(): void;
  /**
   * Z = X · W.
   *
   * @param x  [rows × inputs]
   * @param z  [rows × units], overwritten
   */
  read(x: Matrix, z: Matrix): void;
  /**
   * dX = δ · Wᵀ.
   *
   * @param delta  [rows × units]
   * @param dx     [rows × inputs], overwritten
   */
  readBack(delta: Matrix, dx: Matrix): void;
  /**
   * G = Xᵀ · δ.
   *
   * @param x      [rows × inputs]
   * @param delta  [rows × units]
   * @param g      [inputs × units], overwritten
   */
  correlate(x: Matrix, delta: Matrix, g: Matrix): void;
  /** multiply-accumulates executed so far */
  readonly macs: number;
  /** frees memory outside the JavaScript heap */
  dispose(): void;
}

/** One way to execute products, loaded on this thread. */
export interface ProductsMaker {
  readonly name: string;
  /** what executes the products, for people: 'OpenBLAS 0.3.21 for Haswell, 1 thread' */
  readonly description: string;
  /** products with a W of zeros */
  products(inputs: number, units: number): Products;
}

/** A plan for products: its module exports `create(options, arena): ProductsMaker | Promise<ProductsMaker>`. */
export type ProductsPlan = Plan<ProductsMaker, Arena>;

/** The three products on bare row-major arrays of the right sizes, with 1 row or more. */
export interface BareProducts {
  written?(): void;
  read(rows: number, x: Float32Array, z: Float32Array): void;
  readBack(rows: number, delta: Float32Array, dx: Float32Array): void;
  correlate(rows: number, x: Float32Array, delta: Float32Array, g: Float32Array): void;
  dispose?(): void;
}

/**
 * Checked products around bare ones: keeps W, checks every operand, counts multiply-accumulates.
 *
 * The checks keep native code from writing outside an array when a shape is wrong.
 *
 * @param arena     where W lies
 * @param products  makes the bare products over W  [inputs × units]
 * @throws {RangeError} when `inputs` or `units` is not a whole number above 0; each product, when an operand does not fit
 */
export function productsOver(
  arena: Arena,
  inputs: number,
  units: number,
  products: (weights: Float32Array) => BareProducts,
): Products {
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

/** @throws {RangeError} unless the matrix is [rows × columns] of fp32, where rows are given. Texts are built on a misfit only: this runs at each product. */
export function mustFit(thing: string, m: Matrix, rows: number | undefined, columns: number): void {
  const fits = m.columns === columns && (rows === undefined ? m.rows >= 0 : m.rows === rows);
  if (!fits || !Number.isInteger(m.rows)) {
    must(false, thing, `[${rows ?? 'rows'} × ${columns}]`, [m.rows, m.columns]);
  }
  if (!(m.data instanceof Float32Array)) must(false, `data of ${thing}`, 'a Float32Array', typeof m.data);
  if (m.data.length < m.rows * columns) {
    must(false, `data of ${thing}`, `${m.rows * columns} floats or more`, m.data.length);
  }
}
