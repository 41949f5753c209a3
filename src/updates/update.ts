import type { Cell } from '../cells/cell.ts';
import { must } from '../core/check.ts';
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
   * Moves the weights by the mean over the lessons: W ← W − (rate / lessons) · Σ xᵀδ, in the mean, where nothing saturates.
   *
   * @param lessons  what each microbatch behind this update teaches, in the order of the microbatches
   * @param rate     learning rate of this update
   */
  update(lessons: readonly Lesson[], rate: number): void;
  /** Writes weights, as exactly as the cells can [inputs × units]. */
  program(weights: Float32Array): void;
  age?(nanoseconds: number): void;
  break?(share: number, draw: Random): void;
  /** totals so far */
  readonly counts: UpdateCounts;
}

/** What one microbatch teaches. */
export interface Lesson {
  /** [blocks · rows × inputs] */
  readonly x: Matrix;
  /** ∂L/∂z [blocks · rows × units] */
  readonly delta: Matrix;
  /** rows r, r + rows, … belong to one sample; 2 in a Forward-Forward layer: positive and negative */
  readonly blocks: number;
}

/** What an updater has sent and computed since it was made. */
export interface UpdateCounts {
  /** pulses that reached cells */
  readonly pulses: number;
  /** pulses on lines, by which the drivers of rows and columns are charged */
  readonly linePulses: number;
  /** lines that were to carry a number other than 0, over all vector updates */
  readonly lines: number;
  /** of these, lines that would have had to fire more often than in every slot: their updates come out too small */
  readonly saturated: number;
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
  /** weights of the network over those of the cells, by which `rate` has been divided; left out, 1 */
  readonly weightScale?: number;
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

/**
 * A scheme that has no use for an optimiser's memory takes its rate alone.
 *
 * @throws {RangeError} when the optimiser steps by more than rate × gradient
 */
export function mustStepPlainly(optimiser: Optimiser, scheme: string): void {
  must(
    optimiser.plain === true,
    `optimiser of update '${scheme}'`,
    "sgd without momentum and weight decay, for pulses follow rate × gradient alone (update 'exact' takes any optimiser)",
    optimiser.name,
  );
}
