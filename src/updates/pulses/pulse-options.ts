import { must, mustBeWhole } from '../../core/check.ts';

/** How numbers on the lines become pulses. */
export interface PulseOptions {
  /**
   * `stochastic`: each line fires at random in each time slot, more often the larger its number. `mean-count`: both sides
   * fire their rounded mean number of times, and the product of the two, rounded, reaches the cell. `deterministic`: the
   * rounded product reaches the cell.
   */
  readonly pulses?: 'stochastic' | 'mean-count' | 'deterministic';
  /** most time slots of a train; left out, 31 */
  readonly slots?: number;
  /**
   * Slots that are used: `managed`, as many as the largest step of this vector needs, at most `slots`; `fixed`, all;
   * `by-rate`, more than `slots` where the learning rate needs them.
   */
  readonly length?: 'managed' | 'fixed' | 'by-rate';
  /**
   * Whether the probability is shared between the two sides so that the largest number of each fires equally often, and what
   * one train can't carry is cut from the side of δ. A managed length implies it. Left out, true.
   */
  readonly balance?: boolean;
  /** factor on max |δ| where slots and balance are planned, > 0; left out, 1 */
  readonly deltaScale?: number;
  /** probabilities are multiples of this on the lines of the inputs, 0 to 1; left out, 0: any probability */
  readonly inputStep?: number;
  /** probabilities are multiples of this on the lines of the units, 0 to 1; left out, 0: any probability */
  readonly unitStep?: number;
}

export type ResolvedPulses = Required<PulseOptions>;

/** @throws {RangeError} when an option is out of its range */
export function resolvePulses(options: PulseOptions): ResolvedPulses {
  const { pulses = 'stochastic', slots = 31, length = 'managed', balance = true } = options;
  const { deltaScale = 1, inputStep = 0, unitStep = 0 } = options;
  must(
    ['stochastic', 'mean-count', 'deterministic'].includes(pulses),
    'pulses of an update',
    "'stochastic', 'mean-count' or 'deterministic'",
    pulses,
  );
  mustBeWhole(slots, 'slots of a pulse train', 1);
  must(slots <= 1024, 'slots of a pulse train', '1,024 or less', slots);
  must(
    ['managed', 'fixed', 'by-rate'].includes(length),
    'length of a pulse train',
    "'managed', 'fixed' or 'by-rate'",
    length,
  );
  must(Number.isFinite(deltaScale) && deltaScale > 0, 'deltaScale', 'a finite number above 0', deltaScale);
  must(inputStep >= 0 && inputStep <= 1, 'inputStep', 'between 0 and 1', inputStep);
  must(unitStep >= 0 && unitStep <= 1, 'unitStep', 'between 0 and 1', unitStep);
  return { pulses, slots, length, balance, deltaScale, inputStep, unitStep };
}
