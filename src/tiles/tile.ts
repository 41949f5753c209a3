import type { Matrix } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';

/**
 * A matrix of weights W [inputs × units], and the three products that learning needs of it.
 *
 * No product may be given an output that overlaps one of its operands.
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

/** A plan for a kind of tile: its module exports `create(options): TileMaker | Promise<TileMaker>`. */
export type TilePlan = Plan<TileMaker>;
