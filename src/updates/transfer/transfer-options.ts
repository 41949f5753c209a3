import { must, mustBePositive, mustBeWhole } from '../../core/check.ts';
import { type PulseOptions, type ResolvedPulses, resolvePulses } from '../pulses/pulse-options.ts';

/** How a fast array learns and is transferred, line after line, to the array that reads see. */
export interface TransferOptions extends PulseOptions {
  /** learning rate of the fast array, ≥ 0; 0: that of the optimiser; left out, 1 */
  readonly fastRate?: number;
  /** microbatches or rows from one transfer to the next */
  readonly transferEvery?: number;
  /** what `transferEvery` counts */
  readonly transferUnit?: 'microbatches' | 'rows';
  /** input lines that one transfer reads, in turn; left out, 1 */
  readonly readsPerTransfer?: number;
  /** rate of the transfer, > 0, times that of the optimiser unless `transferRateIsFixed`; left out, 1 */
  readonly transferRate?: number;
  /** whether the optimiser's rate has no part in the transfer's; left out, false */
  readonly transferRateIsFixed?: boolean;
  /** pulses that write the slow array */
  readonly transferPulses?: PulseOptions;
  /** share of the fast array that reads see, ≥ 0; left out, 0: it is hidden */
  readonly gamma?: number;
}

export interface ResolvedTransfer
  extends Required<Omit<TransferOptions, keyof PulseOptions | 'transferPulses'>> {
  readonly fast: ResolvedPulses;
  readonly slow: ResolvedPulses;
}

/**
 * @param defaults  of the scheme
 * @throws {RangeError} when an option is out of its range
 */
export function resolveTransfer(
  options: TransferOptions,
  defaults: Required<Pick<TransferOptions, 'transferUnit' | 'transferPulses'>>,
): ResolvedTransfer {
  const { fastRate = 1, transferEvery = 1, readsPerTransfer = 1, transferRate = 1, gamma = 0 } = options;
  const { transferUnit = defaults.transferUnit, transferRateIsFixed = false, transferPulses = {} } = options;
  must(Number.isFinite(fastRate) && fastRate >= 0, 'fastRate', 'a finite number, 0 or more', fastRate);
  must(
    transferUnit === 'microbatches' || transferUnit === 'rows',
    'transferUnit',
    "'microbatches' or 'rows'",
    transferUnit,
  );
  mustBeWhole(transferEvery, 'transferEvery', 1, transferUnit);
  mustBeWhole(readsPerTransfer, 'readsPerTransfer', 1);
  mustBePositive(transferRate, 'transferRate');
  must(Number.isFinite(gamma) && gamma >= 0, 'gamma', 'a finite number, 0 or more', gamma);
  return {
    fastRate,
    transferEvery,
    transferUnit,
    readsPerTransfer,
    transferRate,
    transferRateIsFixed,
    gamma,
    fast: resolvePulses(options),
    slow: resolvePulses({ ...defaults.transferPulses, ...transferPulses }),
  };
}

/** Trains of a scheme that sends at most one pulse at a transfer. */
export const singlePulse = { slots: 1, length: 'fixed', balance: false } as const;
