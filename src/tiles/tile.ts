import type { Matrix } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { Random } from '../core/random.ts';
import type { Stateful } from '../core/state.ts';
import type { HardwareCounts, Purpose } from '../core/trace.ts';
import type { Workplace } from '../kernels/kernel.ts';
import type { Optimiser } from '../optimisers/optimiser.ts';
import type { ProductsMaker } from '../products/product.ts';

/**
 * A matrix of weights W [inputs × units] that can be read, and that learns.
 *
 * An output must not overlap an operand. What a tile draws comes from its own stream, so neither other tiles nor threads
 * change what it reads. Its state is everything that learning or reading changes.
 */
export interface Tile extends Stateful {
  readonly inputs: number;
  readonly units: number;
  /**
   * Reads forward: Z = X · W.
   *
   * @param x  [rows × inputs]
   * @param z  [rows × units], overwritten
   * @param purpose  of the rows; draws for predictions must not change those for learning; left out, `learn`
   */
  read(x: Matrix, z: Matrix, purpose?: Purpose): void;
  /**
   * Reads backward: dX = δ · Wᵀ, by the newest weights.
   *
   * @param delta  [rows × units]
   * @param dx     [rows × inputs], overwritten
   */
  readBack(delta: Matrix, dx: Matrix): void;
  /**
   * Takes what one microbatch teaches: a digital tile adds Xᵀ · δ to a sum.
   *
   * @param x      [rows × inputs]; of a microbatch that teaches nothing, 0 rows
   * @param delta  ∂L/∂z [rows × units]
   * @param blocks  rows of each sample, one block of samples above the other: 2 where positive rows stand above their
   *                negative ones; left out, 1. A digital tile has no use for it.
   */
  correlate(x: Matrix, delta: Matrix, blocks?: number): void;
  /** Moves the weights by what was correlated since the last update: the mean over its microbatches; by nothing, not at all. */
  update(): void;
  /** Lets time pass, up to this time of the pipeline's clock. */
  age?(nanoseconds: number): void;
  /** Writes weights, as exactly as the tile can [inputs × units]. */
  program(weights: Float32Array): void;
  /** a copy of the weights, as exactly as the tile can tell them [inputs × units] */
  weights(): Float32Array;
  /** multiply-accumulates executed so far */
  readonly macs: number;
  /** what the hardware that the tile stands for has done so far; left out, it stands for none */
  counts?(): HardwareCounts;
  /** frees memory outside the JavaScript heap */
  dispose(): void;
  /**
   * Keeps the weights as they are now for one microbatch that must come back by them, whatever is updated meanwhile. Only
   * tiles that can copy their weights have it.
   */
  hold?(): HeldWeights;
  /** shortcuts for tiles that know their weights to the bit; others leave it out */
  readonly exact?: ExactWeights;
}

/** The weights of one moment. */
export interface HeldWeights {
  /** dX = δ · Wᵀ by these weights; shapes as in `Tile.readBack` */
  readBack(delta: Matrix, dx: Matrix): void;
  /** Lets go of them; they can be read no more. */
  release(): void;
}

/** What a tile offers whose weights and gradients are known to the bit. */
export interface ExactWeights {
  /** W, live and to be read only: it changes with each update [inputs × units] */
  readonly weights: Float32Array;
  /**
   * As `Tile.correlate`, with a part of the gradient that the caller knows.
   *
   * @param x    as in `Tile.correlate`
   * @param add  called where there are rows: adds that part to the gradient of this microbatch, which holds Xᵀ · δ [inputs × units]
   */
  correlate(x: Matrix, delta: Matrix, add: (gradient: Float32Array) => void): void;
}

/** What a tile is made with. */
export interface TileContext {
  /** the layer and the tile within it, such as `layer0`: by it a chip knows which of its arrays is meant */
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
  /** the weights to begin with [inputs × units] */
  readonly weights: Float32Array;
  /** a stream of its own, forked by layer and name, never by thread */
  readonly random: Random;
  /** how gradients move weights, for tiles that have gradients */
  readonly optimiser: Optimiser;
  /** updates of the whole run, Infinity for a run without end */
  readonly horizon: number;
  /** time on the pipeline's clock, in nanoseconds */
  clock(): number;
}

/** One kind of tile, loaded on this thread. */
export interface TileMaker {
  readonly name: string;
  /** for people: 'OpenBLAS 0.3.21 for Haswell, 1 thread' */
  readonly description: string;
  tile(context: TileContext): Tile;
}

/** What a kind of tile is made with: the run's memory, and what computes on it. */
export interface TileGround extends Workplace {
  readonly products: ProductsMaker;
}

/** A plan for a kind of tile: its module exports `create(options, ground): TileMaker | Promise<TileMaker>`. */
export type TilePlan = Plan<TileMaker, TileGround>;
