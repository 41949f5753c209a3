/** The loops over pulses: which cells are hit, and how far each hit moves a weight. */
export interface PulseKernels {
  /**
   * Finds the cells on which both lines fire in some time slot, from a row of cells on, until there is no room for the hits
   * of one more row.
   *
   * @param lines   which lines fire when
   * @param from    the first row of cells (input line) to look at
   * @param hits    overwritten
   * @returns  the row to go on with; `rows` when all are done
   */
  coincidences(lines: Lines, from: number, hits: Hits): number;
  /**
   * Pulses of the same size wherever the weight stands: w ← w ± s(1 + σξ), then between the bounds. Up to σ = 0.33 the n
   * pulses of a hit are one draw, w ← w ± s(n + σ√n ξ): no noise turns a pulse back. Above that they are drawn one by one.
   *
   * @param sigma  σ
   */
  constantSteps(hits: Hits, at: StepArrays, sigma: number): void;
  /**
   * Pulses whose size depends on the weight, one by one: w ← w ± (d + (α|d| + βs + γ + δ|w|) ξ), then between the bounds, with
   * s the cell's size for that direction and d what the curve makes of it. Needs a draw for each pulse, or none without noise.
   */
  curvedSteps(hits: Hits, at: StepArrays, curve: Curve, noise: StepNoise): void;
}

/** How the size of a pulse depends on the weight w, where s is the cell's size for that direction. */
export type Curve =
  /** d = s + k v for v = w + r, which the bounds are those of; k for UP and for DOWN pulses, and r, each [cells] */
  | {
      readonly kind: 'linear';
      readonly up: Float32Array;
      readonly down: Float32Array;
      readonly reference?: Float32Array;
    }
  /** UP d = s max(1 − A e^(g z), 0), DOWN d = s max(1 − A e^(−g z), 0), z = 2 a w / (upper − lower) + b */
  | ({ readonly kind: 'exponential' } & ExponentialCurve)
  /** UP d = s ((upper − w) / range)^g, DOWN d = s ((w − lower) / range)^g; g for UP and for DOWN pulses [cells] */
  | { readonly kind: 'power'; readonly up: Float32Array; readonly down: Float32Array }
  /** d = s times the line through nodes that lie evenly from the lower to the upper bound; both as many, 2 or more */
  | { readonly kind: 'piecewise'; readonly up: Float32Array; readonly down: Float32Array };

export interface ExponentialCurve {
  /** A for UP and DOWN pulses */
  readonly up: number;
  readonly down: number;
  /** g for UP and DOWN pulses */
  readonly upRate: number;
  readonly downRate: number;
  /** a */
  readonly slope: number;
  /** b */
  readonly offset: number;
}

/** Noise of one pulse. */
export interface StepNoise {
  /** α, in the step itself */
  readonly ofStep: number;
  /** β, in the cell's size of a pulse */
  readonly ofSize: number;
  /** γ, a weight */
  readonly constant: number;
  /** δ, in the weight */
  readonly ofWeight: number;
}

/** up to this noise the pulses of one hit are drawn at once */
export const drawnAtOnce = 0.33;

/** Which lines of an array fire in which of up to 32 time slots: bit k of a word belongs to slot k. */
export interface Lines {
  /** [rows] */
  readonly rows: Uint32Array;
  /** 1 where the pulses of the line are negative  [rows] */
  readonly rowSigns: Uint8Array;
  /** [columns] */
  readonly columns: Uint32Array;
  /** [columns] */
  readonly columnSigns: Uint8Array;
  /** used by the loops  [2 · columns] */
  readonly active: Uint32Array;
}

/** Cells that are hit by pulses. All arrays are as long as the most hits but `noise`, which holds a draw for each pulse. */
export interface Hits {
  /** indices of the cells; one may come several times */
  readonly cells: Uint32Array;
  /** pulses on each: n > 0 UP, n < 0 DOWN */
  readonly counts: Int32Array;
  /** standard normal draws, in the order of the hits: one for each hit, or for each pulse where they are drawn one by one */
  readonly noise: Float32Array;
  /** hits, and pulses in all of them  [2] */
  readonly tally: Uint32Array;
}

/** What every kind of cell has, each [cells]. */
export interface StepArrays {
  /** moved */
  readonly weights: Float32Array;
  readonly lower: Float32Array;
  readonly upper: Float32Array;
  /** size of one UP pulse */
  readonly up: Float32Array;
  /** size of one DOWN pulse */
  readonly down: Float32Array;
}

/** most time slots of a train */
export const mostSlots = 32;
