import type { Cell } from '../cells/cell.ts';
import type { Matrix } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import type { Random } from '../core/random.ts';
import type { Stateful } from '../core/state.ts';
import type { Workplace } from '../kernels/kernel.ts';
import type { Optimiser } from '../optimisers/optimiser.ts';
import type { Products } from '../products/product.ts';

/**
 * How what a microbatch teaches becomes pulses on the cells of one array. It owns the cells, for some schemes have more than
 * one array of them.
 */
export interface Updater extends Stateful {
  /** the weights as a read sees them, live and to be read only [inputs × units] */
  readonly weights: Float32Array;
  /**
   * Moves the weights: W ← W − rate · xᵀδ, in the mean, where nothing saturates.
   *
   * @param x      [blocks · rows × inputs]
   * @param delta  ∂L/∂z [blocks · rows × units]
   * @param blocks  rows r, r + rows, … belong to one sample; 2 in a Forward-Forward layer: positive and negative
   * @param rate   of this update, already divided by the microbatches behind it
   */
  update(x: Matrix, delta: Matrix, blocks: number, rate: number): void;
  program(weights: Float32Array): void;
  age?(nanoseconds: number): void;
  break?(share: number, draw: Random): void;
  /** totals so far */
  readonly counts: UpdateCounts;
}

/** What an updater has sent and computed since it was made. */
export interface UpdateCounts {
  /** pulses that reached cells */
  readonly pulses: number;
  /** pulses on lines, by which the drivers of rows and columns are charged */
  readonly linePulses: number;
  /** reads of an array of one input line, for transfers */
  readonly transferReads: number;
  /** digital multiply-accumulates of the update */
  readonly macs: number;
  /** updates of one cell that asked for less than one pulse, and all that asked for some, as Σ over cells and rows or estimates of it */
  readonly belowOne: number;
  readonly asked: number;
}

/** What an updater is made with. */
export interface UpdaterContext extends Workplace {
  readonly inputs: number;
  readonly units: number;
  readonly cell: Cell;
  /** products over an array of weights, whose `weights` the updater fills through its cells: what the tile's reads multiply */
  readonly products: Products;
  /** more products, for further arrays and gradients [inputs × units] */
  another(): Products;
  /**
   * Reads one array through a periphery of its own, for transfers: y = x · W with converters and noise.
   *
   * @param over  the products of that array
   */
  reader(over: Products): (x: Matrix, y: Matrix) => void;
  readonly optimiser: Optimiser;
  readonly chip: Random;
  readonly random: Random;
}

/** One update scheme, loaded on this thread. */
export interface Update {
  readonly name: string;
  /** for people */
  readonly description: string;
  updater(context: UpdaterContext): Updater;
}

/** A plan for an update scheme: its module exports `create(options): Update`. */
export type UpdatePlan = Plan<Update>;
