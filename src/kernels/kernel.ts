import type { ByteWork } from '../core/bytes.ts';
import { must } from '../core/check.ts';
import type { Arena } from '../core/memory/arena.ts';
import type { Plan } from '../core/plan.ts';
import type { Random } from '../core/random.ts';
import { arrays, type Stateful } from '../core/state.ts';
import type { ConverterKernels } from './analog/converters.ts';
import type { NormalKernels } from './analog/normals.ts';
import type { PulseRowKernels } from './analog/pulse-rows.ts';
import type { PulseKernels } from './analog/pulses.ts';
import type { TrainKernels } from './analog/trains.ts';

/**
 * The loops over activities and weights that are no matrix products.
 *
 * Matrices are row-major [rows × columns] and start at element 0 of their array. Every array lies in the arena that the
 * kernels were made for. An output may be one of the inputs where that is said, and overlaps none otherwise.
 */
export interface Kernels
  extends ByteWork,
    NormalKernels,
    TrainKernels,
    PulseKernels,
    PulseRowKernels,
    ConverterKernels {
  readonly name: string;
  /** what executes them, for people */
  readonly description: string;
  /**
   * ReLU in place, with what goodness and normalisation need: h = max(0, z + b), squares[r] = Σⱼ h[r,j]².
   *
   * @param z        becomes h  [rows × columns]
   * @param bias     [columns]
   * @param squares  [rows], overwritten
   */
  rectify(z: Float32Array, bias: Float32Array, squares: Float32Array, rows: number, columns: number): void;
  /**
   * Scales each row to root mean square 1, so that nothing of its goodness is left for the next layer.
   *
   * @param h        [rows × columns]
   * @param squares  Σⱼ h[r,j]²  [rows]
   * @param into     may be h  [rows × columns]
   */
  normalise(h: Float32Array, squares: Float32Array, into: Float32Array, rows: number, columns: number): void;
  /**
   * Rows of a matrix side by side: into[i] = m[which[i]].
   *
   * @param m      [> the greatest of `which` × columns]
   * @param which  rows of m, rising  [count]
   * @param into   may be m, for then a row only moves up  [count × columns]
   */
  gather(m: Float32Array, which: Uint32Array, into: Float32Array, count: number, columns: number): void;
  /** δ[r] = slope[r] · h[r], in place of h. */
  scaleRows(h: Float32Array, slopes: Float32Array, rows: number, columns: number): void;
  /** sums[j] = Σᵣ m[r,j], overwritten. */
  sumRows(m: Float32Array, sums: Float32Array, rows: number, columns: number): void;
  /** m[r] += row, for every row. */
  addRow(m: Float32Array, row: Float32Array, rows: number, columns: number): void;
  /** into = x + y; `into` may be either. */
  add(x: Float32Array, y: Float32Array, into: Float32Array, count: number): void;
  /** δ = ∂L/∂h where h > 0, else 0, in place of h. */
  gate(h: Float32Array, above: Float32Array, count: number): void;
  /**
   * Dropout in place: units of h are 0 with probability 1 − keep, the others h / keep, and squares[r] = Σⱼ h[r,j]².
   * The blocks of one sample lose the same units. Each call draws anew from `state`.
   *
   * @param h      `blocks` blocks of rows, one above the other  [blocks · rows × columns]
   * @param state  16 random words, not all 0: four xorshift128 generators side by side, moved on
   * @param keep   0 < keep ≤ 1
   * @see Marsaglia 2003, Xorshift RNGs
   */
  drop(
    h: Float32Array,
    squares: Float32Array,
    state: Uint32Array,
    keep: number,
    blocks: number,
    rows: number,
    columns: number,
  ): void;
  /**
   * The part of a label in the pre-activation: z[r] = image[r] + a[r] · W[label[r]].
   *
   * @param image      X·W without labels  [rows × columns]
   * @param weights    W; its first rows belong to the labels  [≥ classes × columns]
   * @param labels     [rows]
   * @param amplitude  a  [rows]
   * @param z          [rows × columns], overwritten
   */
  addLabels(
    image: Float32Array,
    weights: Float32Array,
    labels: Uint16Array,
    amplitude: Float32Array,
    z: Float32Array,
    rows: number,
    columns: number,
  ): void;
  /**
   * The sum of squares that every label would give: out[r,c] = Σⱼ max(0, image[r,j] + a[r] · W[c,j] + b[j])².
   *
   * @param out  [rows × classes], overwritten
   */
  squaresOfLabels(
    image: Float32Array,
    weights: Float32Array,
    bias: Float32Array,
    amplitude: Float32Array,
    out: Float32Array,
    rows: number,
    columns: number,
    classes: number,
  ): void;
  /** The gradient of the labels' weights: g[label[r]] += a[r] · δ[r]. */
  correlateLabels(
    delta: Float32Array,
    labels: Uint16Array,
    amplitude: Float32Array,
    g: Float32Array,
    rows: number,
    columns: number,
  ): void;
  /**
   * One step of Adam: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← shrink · w − stride · m / (√v · root + ε).
   *
   * @param by  `stride`: rate / (1 − β₁ᵗ); `root`: 1 / √(1 − β₂ᵗ); `shrink`: 1 − rate · weight decay
   */
  adam(
    weights: Float32Array,
    gradient: Float32Array,
    mean: Float32Array,
    square: Float32Array,
    count: number,
    by: AdamStep,
  ): void;
  /** One step with momentum: v ← μv + g, w ← shrink · w − rate · v. */
  momentum(
    weights: Float32Array,
    gradient: Float32Array,
    velocity: Float32Array,
    count: number,
    by: MomentumStep,
  ): void;
  /**
   * Makes 0 of each element below 2⁻¹²⁰, which is or soon would be subnormal in fp32. A running mean whose gradient has
   * ended decays into the subnormals and stays there, and each step on one takes some hundred cycles.
   */
  settle(means: Float32Array, count: number): void;
}

export interface AdamStep {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly stride: number;
  readonly root: number;
  readonly shrink: number;
}

export interface MomentumStep {
  readonly momentum: number;
  readonly rate: number;
  readonly shrink: number;
}

/** A plan for kernels: its module exports `create(options, arena): Kernels`. */
export type KernelsPlan = Plan<Kernels, Arena>;

/** What the members of other families are made with where they keep arrays. */
export interface Workplace {
  readonly arena: Arena;
  readonly kernels: Kernels;
}

/** @throws {RangeError} when this share can't be left out */
export function checkDropout(share: number, of = 'dropout'): void {
  must(share >= 0 && share < 1, of, '0 or more and below 1', share);
}

/**
 * Inverted dropout: while learning a unit is 0 with probability `share`, and 1 / (1 − share) times as much otherwise. All
 * blocks of a sample lose the same units.
 *
 * @param random  a stream that nobody else draws from
 * @see Srivastava et al. 2014
 */
export function dropout(
  share: number,
  units: number,
  random: Random,
  { arena, kernels }: Workplace,
): Dropout {
  const words = arena.words(16);
  reseed(words, random);
  return {
    ...arrays({ words }),
    apply: (h, squares, blocks, rows) => kernels.drop(h, squares, words, 1 - share, blocks, rows, units),
  };
}

/** Dropout of one layer's units. */
export interface Dropout extends Stateful {
  /** Drops units of h in place, and sets the squares of its rows anew [blocks · rows × units]. */
  apply(h: Float32Array, squares: Float32Array, blocks: number, rows: number): void;
}

/** Makes a state of `drop` follow from a stream. */
export function reseed(state: Uint32Array, random: Random): void {
  for (let i = 0; i < state.length; i++) state[i] = random.whole(2 ** 32);
}
