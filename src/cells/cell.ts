import type { Plan } from '../core/plan.ts';
import type { Random } from '../core/random.ts';
import type { Stateful } from '../core/state.ts';
import type { TrainRows } from '../kernels/analog/pulse-rows.ts';
import type { Workplace } from '../kernels/kernel.ts';

/**
 * The physics of the weights of one array: how a pulse moves a cell, how cells differ, what they do when time passes.
 *
 * Weights are in units of the array's weight range: 1 is a conductance difference of about g_max. An UP pulse raises a
 * weight, a DOWN pulse lowers it.
 */
export interface Cells extends Stateful {
  readonly inputs: number;
  readonly units: number;
  /** mean size of one pulse, by which trains are planned, > 0 */
  readonly granularity: number;
  /** the weights as a read sees them, live and to be read only [inputs × units] */
  readonly weights: Float32Array;
  /**
   * One pulse on each cell for each time slot in which both of its lines fire: UP where the signs of the lines are equal.
   *
   * @returns  pulses that were sent to cells
   */
  coincide(trains: Trains): number;
  /**
   * The trains of several vector updates, one after the other, of which nothing is read in between: as `coincide` for each, in
   * distribution. Left out, each is sent by `coincide`.
   *
   * @param trains  in the arena
   * @returns  pulses that were sent to cells
   */
  coincideRows?(trains: TrainRows): number;
  /**
   * Pulses by their number: n > 0 UP pulses, n < 0 DOWN pulses.
   *
   * @param counts  [inputs × units], or one line [units] where `line` is given
   * @param line  the input line that is written
   * @returns  pulses that were sent to cells
   */
  pulse(counts: Int32Array, line?: number): number;
  /** Writes weights, as exactly as the cells can [inputs × units]. */
  program(weights: Float32Array): void;
  /** Adds a step to every weight without pulses, within the bounds of each cell [inputs × units]. */
  shift(steps: Float32Array): void;
  /** Lets time pass: drift, diffusion, decay, retention. Left out, the cells don't age. @param nanoseconds  since the beginning of the run, never less than before */
  age?(nanoseconds: number): void;
  /** Breaks a share of the cells, chosen by `draw`: they stay at the weight they have. @param share  0 to 1 */
  break?(share: number, draw: Random): void;
  /** Puts cells to the weight they rest at, with the noise of a reset; left out, they can't be reset. @param cells  their indices */
  reset?(cells: Uint32Array): void;
  /** lowest and highest weight of each cell [inputs × units]; left out, cells have no bounds */
  readonly bounds?: { readonly lower: Float32Array; readonly upper: Float32Array };
}

export type { TrainRows };

/**
 * Pulses on the lines of an array in up to 32 time slots: bit k of a word says whether the line fires in slot k.
 */
export interface Trains {
  /** time slots, 1 to 32 */
  readonly slots: number;
  /** [inputs]; 0 where a line is silent */
  readonly inputs: Uint32Array;
  /** 1 where the line's pulses are negative [inputs] */
  readonly inputSigns: Uint8Array;
  /** [units] */
  readonly units: Uint32Array;
  /** [units] */
  readonly unitSigns: Uint8Array;
}

/** What cells are made with. */
export interface CellsContext extends Workplace {
  readonly inputs: number;
  readonly units: number;
  /** in the arena, where the cells keep the weights that reads multiply [inputs × units]; filled by `program` */
  readonly weights: Float32Array;
  /** variation from cell to cell: the same chip gives the same cells */
  readonly chip: Random;
  /** variation from pulse to pulse and in time */
  readonly random: Random;
}

/** One kind of cell, loaded on this thread. */
export interface Cell {
  readonly name: string;
  /** for people: 'soft bounds, 1,000 pulses from bound to bound' */
  readonly description: string;
  cells(context: CellsContext): Cells;
}

/** A plan for a kind of cell: its module exports `create(options): Cell | Promise<Cell>`. */
export type CellPlan = Plan<Cell>;
