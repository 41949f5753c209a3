import { must, mustBePositive, mustBeShare } from '../../core/check.ts';
import { type AgeingOptions, checkAgeing } from './ageing-options.ts';
import { mustNotBeNegative } from './ranges.ts';

/**
 * What cells that are written by pulses have in common. Sizes and bounds are weights; spreads, from cell to cell, and noises,
 * from pulse to pulse, are standard deviations relative to what they vary, where nothing else is said.
 */
export interface PulsedOptions extends AgeingOptions {
  /** mean size of one pulse, > 0; aihwkit's `dw_min` */
  readonly stepSize?: number;
  /** spread of the size from cell to cell; `dw_min_dtod` */
  readonly stepSpread?: number;
  /** whether the logarithm of the size is spread, not the size; `dw_min_dtod_log_normal` */
  readonly stepSpreadLogNormal?: boolean;
  /** noise of the size from pulse to pulse; `dw_min_std` */
  readonly stepNoise?: number;
  /** asymmetry b: where b > 0 DOWN pulses, where b < 0 UP pulses are smaller by |b| · stepSize; `up_down` */
  readonly upDown?: number;
  /** spread of the asymmetry from cell to cell, in stepSize; `up_down_dtod` */
  readonly upDownSpread?: number;
  /** mean highest weight, ≥ 0; `w_max` */
  readonly upperBound?: number;
  /** `w_max_dtod` */
  readonly upperBoundSpread?: number;
  /** mean lowest weight, ≤ 0; `w_min` */
  readonly lowerBound?: number;
  /** `w_min_dtod` */
  readonly lowerBoundSpread?: number;
  /**
   * Noise of what a read sees of a weight, in stepSize, drawn anew whenever the cell is written: pulses move a hidden weight;
   * `write_noise_std`
   */
  readonly writeNoise?: number;
  /** share of cells that are stuck from the beginning, 0 to 1; `corrupt_devices_prob` */
  readonly stuckShare?: number;
  /** stuck cells lie anywhere between −stuckRange and stuckRange, and between their bounds; `corrupt_devices_range` */
  readonly stuckRange?: number;
  /** whether sizes that were drawn negative, and bounds on the wrong side of 0, are mirrored; `enforce_consistency` */
  readonly enforceConsistency?: boolean;
  /** the weight after a reset, and the weight that a leaking cell tends to; `reset` */
  readonly restWeight?: number;
  /** its spread from cell to cell, a weight; `reset_dtod` */
  readonly restSpread?: number;
  /** noise of a reset, a weight; `reset_std` */
  readonly resetNoise?: number;
}

/** Options with their defaults: ageing has none. */
export type Resolved<T extends AgeingOptions> = Required<Omit<T, keyof AgeingOptions>> & AgeingOptions;
export type ResolvedPulsed = Resolved<PulsedOptions>;

/** With their defaults: those of a resistive processing unit. @see Gokmen and Vlasov 2016 */
export function resolvedPulsed(options: PulsedOptions): ResolvedPulsed {
  checkAgeing(options);
  const resolved: ResolvedPulsed = {
    stepSize: 0.001,
    stepSpread: 0.3,
    stepSpreadLogNormal: false,
    stepNoise: 0.3,
    upDown: 0,
    upDownSpread: 0.01,
    upperBound: 0.6,
    upperBoundSpread: 0.3,
    lowerBound: -0.6,
    lowerBoundSpread: 0.3,
    writeNoise: 0,
    stuckShare: 0,
    stuckRange: 0.1,
    enforceConsistency: true,
    restWeight: 0,
    restSpread: 0,
    resetNoise: 0.01,
    ...options,
  };
  mustBePositive(resolved.stepSize, 'stepSize');
  for (const name of ['stepSpread', 'stepNoise', 'upDownSpread', 'writeNoise', 'stuckRange'] as const)
    mustNotBeNegative(resolved[name], name);
  for (const name of ['upperBoundSpread', 'lowerBoundSpread', 'restSpread', 'resetNoise'] as const)
    mustNotBeNegative(resolved[name], name);
  mustBeShare(resolved.stuckShare, 'stuckShare');
  must(Math.abs(resolved.upDown) < 1, 'upDown', 'between -1 and 1', resolved.upDown);
  mustNotBeNegative(resolved.upperBound, 'upperBound');
  mustNotBeNegative(-resolved.lowerBound, 'minus lowerBound');
  must(resolved.upperBound > resolved.lowerBound, 'upperBound', 'above lowerBound', resolved.upperBound);
  must(Number.isFinite(resolved.restWeight), 'restWeight', 'a finite number', resolved.restWeight);
  return resolved;
}
