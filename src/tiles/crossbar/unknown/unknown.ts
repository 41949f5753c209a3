import { must, mustBeOneOf, mustBeShare } from '../../../core/check.ts';
import type { Random } from '../../../core/random.ts';
import { type Variation, variationOf } from './wandering.ts';

/**
 * What nobody knows of a chip: its inputs, cells and neurons differ from the design by amounts that no model has. Each is
 * drawn from the chip's seed, and may walk at random while training. Left out, it is as designed.
 *
 * They act on forward reads. A transposed read goes through the same cells, so it sees the gains of synapses, but none of
 * what lies behind them.
 *
 * @see Wright et al. 2022; Hinton 2022, on mortal computation
 */
export interface UnknownOptions {
  /** unit i gives (1 + s ξᵢ) times its output */
  readonly neuronGain?: Variation;
  /** unit i adds s ξᵢ to its output, in units of z */
  readonly neuronOffset?: Variation;
  /** outputs leak into each other: z ← z (I + s Q), Q [units × units] normal with variance 1 / units */
  readonly mixing?: Variation;
  /** monotone, of another shape for each unit, with slopes from 1 − this to 1; 0 to 1 */
  readonly nonlinearity?: number;
  /** output at which the nonlinearity bends; left out, 1 */
  readonly nonlinearityScale?: number;
  /** share of units that always give 0 */
  readonly deadNeurons?: number;
  /** share of inputs that never arrive */
  readonly deadInputs?: number;
  /** the weight of cell ij counts (1 + s ξᵢⱼ) times */
  readonly synapseGain?: Variation;
  /** read backward, the weight of cell ij counts another (1 + s ξᵢⱼ) times */
  readonly nonReciprocity?: Variation;
  /** share of cells that keep the weight they are made with */
  readonly stuckCells?: number;
}

/** With its defaults filled in. */
export interface Unknown {
  readonly neuronGain: { readonly spread: number; readonly walk: number };
  readonly neuronOffset: { readonly spread: number; readonly walk: number };
  readonly mixing: { readonly spread: number; readonly walk: number };
  readonly synapseGain: { readonly spread: number; readonly walk: number };
  readonly nonReciprocity: { readonly spread: number; readonly walk: number };
  readonly nonlinearity: number;
  readonly nonlinearityScale: number;
  readonly deadNeurons: number;
  readonly deadInputs: number;
  readonly stuckCells: number;
}

/** @throws {RangeError} when an option is unknown or out of its range */
export function resolveUnknown(options: UnknownOptions): Unknown {
  const { nonlinearity = 0, nonlinearityScale = 1 } = options;
  const { deadNeurons = 0, deadInputs = 0, stuckCells = 0 } = options;
  const shares = { nonlinearity, deadNeurons, deadInputs, stuckCells };
  for (const [name, share] of Object.entries(shares)) mustBeShare(share, `unknown.${name}`);
  const fits = Number.isFinite(nonlinearityScale) && nonlinearityScale > 0;
  must(fits, 'unknown.nonlinearityScale', 'a finite number above 0', nonlinearityScale);
  const full = {
    neuronGain: variationOf(options.neuronGain, 'unknown.neuronGain'),
    neuronOffset: variationOf(options.neuronOffset, 'unknown.neuronOffset'),
    mixing: variationOf(options.mixing, 'unknown.mixing'),
    synapseGain: variationOf(options.synapseGain, 'unknown.synapseGain'),
    nonReciprocity: variationOf(options.nonReciprocity, 'unknown.nonReciprocity'),
    nonlinearityScale,
    ...shares,
  };
  for (const name of Object.keys(options)) mustBeOneOf(name, Object.keys(full), 'option of unknown');
  return full;
}

/** Whether something is other than designed. */
export const varies = ({ spread, walk }: { spread: number; walk: number }): boolean => spread > 0 || walk > 0;

/** Where draws come from: the chip, and what happens while training. */
export interface Streams {
  readonly chip: Random;
  readonly random: Random;
}

/** The streams of one part. */
export const part = ({ chip, random }: Streams, name: string): Streams => ({
  chip: chip.fork(name),
  random: random.fork(name),
});
